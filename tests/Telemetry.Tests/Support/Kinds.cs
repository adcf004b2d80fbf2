using Microsoft.Extensions.Logging;

namespace Offloop.Tests.Support;

/// <summary>Every kind of executor, with one worker.</summary>
internal static class Kinds
{
    public const int Patience = 60_000;

    public static TheoryData<string> All => ["process", "thread", "inline"];

    public static Executor Make(string kind, string name, ILoggerFactory? log = null) => kind switch
    {
        "process" => new ProcessPoolExecutor(
            With(new ProcessPoolOptions { MaxWorkers = 1, StartTimeout = TimeSpan.FromSeconds(50) }, name, log)),
        "thread" => new ThreadPoolExecutor(With(new ThreadPoolOptions { MaxWorkers = 1 }, name, log)),
        _ => new InlineExecutor(With(new InlineOptions(), name, log)),
    };

    private static TOptions With<TOptions>(TOptions options, string name, ILoggerFactory? log)
        where TOptions : ExecutorOptions
    {
        options = options with { Name = name };
        return log is null ? options : options with { LoggerFactory = log };
    }

    /// <summary>Sleeps for milliseconds; -1 for ever.</summary>
    public static void Sleep(int milliseconds) => Thread.Sleep(milliseconds);

    /// <summary>Writes a line to the standard output.</summary>
    public static void Print(string line) => Console.WriteLine(line);
}
