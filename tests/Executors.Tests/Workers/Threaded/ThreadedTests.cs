namespace Offloop.Tests.Workers.Threaded;

/// <summary>The base of tests about workers with several threads.</summary>
public abstract class ThreadedTests : SupervisionTests
{
    /// <summary>One worker with so many threads.</summary>
    protected static ProcessPoolOptions OneOf(int threads) => One with { ThreadsPerWorker = threads };

    /// <summary>Tasks that wait beside each other in one worker, and the other ends of their lines.</summary>
    private protected static async Task<(Task<int>[] Tasks, Visitor[] Visitors)> BesideAsync(
        Executor pool, MeetingPoint point, int count, SubmitOptions? options = null)
    {
        Task<int>[] tasks = [.. Enumerable.Range(0, count).Select(_ => pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For("beside"), options))];
        return (tasks, await point.NextAsync(count));
    }
}
