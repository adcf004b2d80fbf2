namespace Offloop.Workers;

/// <summary>Tells a worker again and again that this process goes on, because the worker ends itself without
/// (<see cref="ProcessPoolOptions.SilenceLimit"/>).</summary>
internal static class SignOfLife
{
    private const int SignsPerLimit = 4;

    /// <summary>So often it is looked whether a sign is due and may be given: the moments in which it may can be short.</summary>
    private const int LooksPerLimit = 16;

    private static readonly byte[] s_sign = [(byte)'\n'];

    /// <summary>Goes on until the process is gone. It never fails.</summary>
    /// <param name="input">The worker's standard input.</param>
    /// <param name="limit">How long the worker goes on without a sign.</param>
    /// <param name="mayGoOn">Whether this process may go on. No sign is given while it may not.</param>
    /// <param name="exited">Completes when the process is gone.</param>
    /// <param name="time">The clock.</param>
    public static async Task GiveAsync(Stream input, TimeSpan limit, Func<bool> mayGoOn, Task exited, TimeProvider time)
    {
        long? last = null;
        try
        {
            while (!exited.IsCompleted)
            {
                bool isDue = last is not { } then || time.GetElapsedTime(then) >= limit / SignsPerLimit;
                // A worker that is stopped reads nothing. It is killed as unresponsive long before its input is full.
                if (isDue && mayGoOn())
                {
                    last = time.GetTimestamp();
                    await input.WriteAsync(s_sign).ConfigureAwait(false);
                    await input.FlushAsync().ConfigureAwait(false);
                }
                await Task.WhenAny(exited, Task.Delay(limit / LooksPerLimit, time)).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }
    }
}
