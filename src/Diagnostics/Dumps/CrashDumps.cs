namespace Offloop.Diagnostics.Dumps;

/// <summary>The settings with which the runtime of a worker writes its memory as it crashes.</summary>
internal static class CrashDumps
{
    /// <param name="pattern">The name of the file.</param>
    /// <param name="content">How much of the memory.</param>
    public static IEnumerable<(string Name, string? Value)> Variables(string pattern, DumpContent content) =>
    [
        ("DOTNET_DbgEnableMiniDump", "1"),
        ("DOTNET_DbgMiniDumpName", pattern),
        ("DOTNET_DbgMiniDumpType", content switch
        {
            DumpContent.Stacks => "3",
            DumpContent.Heap => "2",
            _ => "4",
        }),
    ];
}
