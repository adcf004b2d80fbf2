namespace Offloop.Tests.Support;

/// <summary>Every kind of executor, with one worker.</summary>
internal static class Kinds
{
    public const int Patience = 60_000;

    public static TheoryData<string> All => ["process", "thread", "inline"];

    public static Executor Make(string kind, string name) => kind switch
    {
        "process" => new ProcessPoolExecutor(
            new ProcessPoolOptions { Name = name, MaxWorkers = 1, StartTimeout = TimeSpan.FromSeconds(50) }),
        "thread" => new ThreadPoolExecutor(new ThreadPoolOptions { Name = name, MaxWorkers = 1 }),
        _ => new InlineExecutor(new InlineOptions { Name = name }),
    };

    /// <summary>Sleeps for milliseconds; -1 for ever.</summary>
    public static void Sleep(int milliseconds) => Thread.Sleep(milliseconds);
}
