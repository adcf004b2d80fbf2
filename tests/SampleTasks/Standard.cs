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

    /// <summary>Writes without a line end, in pieces, from this thread and from another one that it starts.</summary>
    public static void SayInPieces(string text)
    {
        foreach (char sign in text)
            Console.Write(sign);
        var other = new Thread(() => Console.Write(text));
        other.Start();
        other.Join();
    }

    /// <summary>Leaves a thread behind that writes a line when it is let go.</summary>
    public static void SayLater(Meeting meeting)
    {
        new Thread(() =>
        {
            Rendezvous.Wait(meeting);
            Console.WriteLine("later");
        })
        { IsBackground = true }.Start();
    }

    /// <summary>Writes a line past <see cref="Console"/>, as native code does.</summary>
    public static void SayRaw(string line)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(System.Text.Encoding.UTF8.GetBytes(line));
    }

    /// <summary>Says something and dies at once.</summary>
    public static void SayAndDie(string line)
    {
        Console.Error.Write(line);
        Environment.Exit(7);
    }

    public static void Log(string line, TaskContext context) =>
#pragma warning disable CA1848, CA2254 // one line in a test
        Microsoft.Extensions.Logging.LoggerExtensions.LogWarning(context.Logger, line);
#pragma warning restore CA1848, CA2254

    public static string? EntryAssembly() => System.Reflection.Assembly.GetEntryAssembly()?.FullName;

    /// <summary>Returns the command line of this process (Linux).</summary>
    public static string CommandLine() => File.ReadAllText("/proc/self/cmdline").Replace('\0', ' ');

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    public static string Directory() => Environment.CurrentDirectory;
}
