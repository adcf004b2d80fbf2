namespace Offloop.SampleTasks;

/// <summary>Tasks that use the standard streams of their process.</summary>
public static class Standard
{
    /// <summary>Reads the standard input to its end.</summary>
    public static string ReadInput() => Console.In.ReadToEnd();

    public static void Say(string line)
    {
        Console.Out.WriteLine($"out {line}");
        Console.Error.WriteLine($"err {line}");
    }

    public static void Log(string line, TaskContext context) =>
#pragma warning disable CA1848, CA2254 // one line in a test
        Microsoft.Extensions.Logging.LoggerExtensions.LogWarning(context.Logger, line);
#pragma warning restore CA1848, CA2254

    /// <summary>Returns the command line of this process (Linux).</summary>
    public static string CommandLine() => File.ReadAllText("/proc/self/cmdline").Replace('\0', ' ');

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    public static string Directory() => Environment.CurrentDirectory;
}
