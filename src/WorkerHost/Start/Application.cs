using System.Reflection;

namespace Offloop.WorkerHost.Start;

/// <summary>The application whose tasks this worker runs.</summary>
internal static class Application
{
    /// <summary>Makes the application's assembly the entry assembly of this process, whose name libraries look up settings, user secrets
    /// and parts of the application by. If it cannot be loaded here, this stays the worker host's: a test host, for example, is not among
    /// the files of the application.</summary>
    /// <param name="name">The full name of the caller's entry assembly; null if it has none.</param>
    public static void Become(string? name)
    {
        if (name is null || Assembly.GetEntryAssembly()?.FullName == name)
            return;
        try
        {
            Assembly.SetEntryAssembly(Assembly.Load(new AssemblyName(name)));
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            // as said above
        }
    }
}
