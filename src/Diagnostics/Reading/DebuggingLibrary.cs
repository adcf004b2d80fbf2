using Microsoft.Diagnostics.Runtime;

namespace Offloop.Diagnostics.Reading;

/// <summary>The library with which a .NET runtime is looked into. It comes with the runtime and fits no other one.</summary>
internal static class DebuggingLibrary
{
    private static string Name =>
        OperatingSystem.IsWindows() ? "mscordaccore.dll" : OperatingSystem.IsMacOS() ? "libmscordaccore.dylib" : "libmscordaccore.so";

    /// <summary>Why there is no stack where it is missing.</summary>
    public static string Missing =>
        $"Its stacks could not be read: {Name} is not beside its runtime, as is so in a single file; publish without PublishSingleFile.";

    /// <summary>Its path for a runtime; null if it is not there. The library would look for it on a server otherwise.</summary>
    public static string? Of(ClrInfo version)
    {
        if (Path.GetDirectoryName(version.ModuleInfo.FileName) is not { } folder)
            return null;
        string path = Path.Combine(folder, Name);
        return File.Exists(path) ? path : null;
    }
}
