using System.Globalization;
using System.Reflection;
using System.Reflection.PortableExecutable;
using Offloop;

namespace Checks;

/// <summary>What each kind of program does with a pool.</summary>
public static class PoolCheck
{
    /// <summary>Notes that a Main runs. It must never do so in a worker.</summary>
    public static void NoteMain() => File.AppendAllText(Mains, $"{Environment.ProcessId}{Environment.NewLine}");

    private static string Mains => Environment.GetEnvironmentVariable("MAINS")!;

    /// <summary>Runs a task, a crash, a timeout and a stream, and returns what came out, which is the same for every program.</summary>
    public static async Task<string> RunAsync()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1 });
        return await RunAsync(pool);
    }

    /// <summary>Does the same with a pool that the program has.</summary>
    public static async Task<string> RunAsync(ProcessPoolExecutor pool)
    {
        int square = await pool.SubmitAsync(Work.Square, 7);
        bool isElsewhere = await pool.SubmitAsync(Work.ProcessId, 0) != Environment.ProcessId;
        string? entry = await pool.SubmitAsync(Work.Entry, 0);
        string environment = await pool.SubmitAsync(Work.Launch, 0);
        FailureCause crash = (await Caught<WorkerLostException>(pool.SubmitAsync(Work.Crash, 0))).Failure.Cause;
        var options = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(300) };
        FailureCause timeout = (await Caught<TaskTimeoutException>(pool.SubmitAsync(Work.Hang, 0, options))).Failure.Cause;
        var items = new List<int>();
        await foreach (int item in pool.StreamAsync(Work.Count, 3))
            items.Add(item);
        bool isCompiled = Work.IsCompiled(0) && await pool.SubmitAsync(Work.IsCompiled, 0);
        int mains = File.Exists(Mains) ? File.ReadAllLines(Mains).Length : 1;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"square {square}, elsewhere {isElsewhere}, entry {IsOwn(entry)}, launch '{environment}', crash {crash}, timeout {timeout}, "
            + $"stream {string.Join(' ', items)}, mains {mains}, compiled {isCompiled}");
    }

    /// <summary>A test host is not among the application's files, so a worker of tests has no entry but the worker host.</summary>
    private static bool IsOwn(string? entry) =>
        entry == Assembly.GetEntryAssembly()?.GetName().Name || entry == "Offloop.WorkerHost" && Assembly.GetEntryAssembly() is { } own
        && own.GetName().Name == "testhost";

    private static async Task<TException> Caught<TException>(Task task)
        where TException : Exception
    {
        try
        {
            await task;
        }
        catch (TException error)
        {
            return error;
        }
        throw new InvalidOperationException($"No {typeof(TException).Name} came.");
    }
}

/// <summary>The tasks.</summary>
public static class Work
{
    public static int Square(int number) => number * number;

    public static int ProcessId(int ignored) => Environment.ProcessId;

    public static string? Entry(int ignored) => Assembly.GetEntryAssembly()?.GetName().Name;

    /// <summary>The variables of the launch that the task can still see, which should be none.</summary>
    public static string Launch(int ignored) => string.Join(
        ' ',
        new[] { "OFFLOOP_WORKER", "DOTNET_STARTUP_HOOKS", "DOTNET_gcServer", "DOTNET_TieredPGO" }
            .Where(name => Environment.GetEnvironmentVariable(name) is not null));

    /// <summary>Whether the package's code was compiled before this process began. In a bundle there are no files to see it in.</summary>
#pragma warning disable IL3000 // an empty location is what tells a bundle
    public static bool IsCompiled(int ignored) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name is "Offloop.Executors" or "Offloop.WorkerHost" && assembly.Location.Length > 0)
        .All(assembly =>
        {
            using var file = new PEReader(File.OpenRead(assembly.Location));
            return file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
        });
#pragma warning restore IL3000

    public static int Crash(int ignored)
    {
        Environment.FailFast("It crashes as it should.");
        return 0;
    }

    public static int Slow(int number)
    {
        Thread.Sleep(200);
        return number;
    }

    public static int Hang(int ignored)
    {
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    public static IEnumerable<int> Count(int count) => Enumerable.Range(0, count);
}
