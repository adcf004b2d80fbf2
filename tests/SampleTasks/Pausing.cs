namespace Offloop.SampleTasks;

/// <summary>A task that makes a pool in its worker, so that a test can stop the process that has the pool.</summary>
public static class Pausing
{
    /// <summary>Runs tasks that wait to be let go, each in its own worker, with a timeout. They tell the process that has the pool as their
    /// label. Returns how many of them have timed out.</summary>
    public static async Task<int> CountTimeoutsAsync((Meeting Meeting, int Tasks, TimeSpan Timeout) order)
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MinWorkers = order.Tasks,
            MaxWorkers = order.Tasks,
            StartTimeout = TimeSpan.FromSeconds(40),
        });
        while (pool.GetSnapshot().Workers.Count(static worker => worker.State == WorkerState.Idle) < order.Tasks)
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        string label = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var options = new SubmitOptions { Timeout = order.Timeout };
        Task<bool>[] tasks = [.. Enumerable.Range(0, order.Tasks).Select(_ => TimesOutAsync())];
        return (await Task.WhenAll(tasks)).Count(static timedOut => timedOut);

        async Task<bool> TimesOutAsync()
        {
            try
            {
                await pool.SubmitAsync(Rendezvous.Wait, order.Meeting with { Label = label }, options);
                return false;
            }
            catch (TaskTimeoutException)
            {
                return true;
            }
        }
    }
}
