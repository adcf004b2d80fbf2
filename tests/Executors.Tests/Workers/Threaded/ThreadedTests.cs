namespace Offloop.Tests.Workers.Threaded;

/// <summary>The base of tests about workers with several threads.</summary>
public abstract class ThreadedTests : SupervisionTests
{
    /// <summary>One worker with so many threads.</summary>
    protected static ProcessPoolOptions OneOf(int threads) => One with { ThreadsPerWorker = threads };

    /// <summary>Tasks that wait beside each other in one worker, and the other end of the line of each.</summary>
    private protected static async Task<(Task<int>[] Tasks, Visitor[] Visitors)> BesideAsync(
        Executor pool, MeetingPoint point, int count, SubmitOptions? options = null)
    {
        var tasks = new Task<int>[count];
        var visitors = new Visitor[count];
        for (int i = 0; i < count; i++)
        {
            tasks[i] = pool.SubmitAsync(Rendezvous.WaitOrCancel, point.For("beside"), options);
            visitors[i] = await point.NextAsync();
        }
        return (tasks, visitors);
    }
}
