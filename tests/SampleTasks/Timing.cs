namespace Offloop.SampleTasks;

/// <summary>Tasks that take a given time.</summary>
public static class Timing
{
    /// <summary>The task is the sleep; only the pool waits for it.</summary>
    public static int SleepFor(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return milliseconds;
    }

    /// <summary>Never ends, and talks to nobody.</summary>
    public static void Spin()
    {
        while (true)
            Thread.SpinWait(1000);
    }
}
