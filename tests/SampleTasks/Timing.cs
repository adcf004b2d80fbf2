namespace Offloop.SampleTasks;

/// <summary>Tasks that take a given time.</summary>
public static class Timing
{
    /// <summary>The task is the sleep: nobody waits for it but the pool.</summary>
    public static int SleepFor(int milliseconds)
    {
        Thread.Sleep(milliseconds);
        return milliseconds;
    }

    /// <summary>Never ends, and has nothing to do with anybody.</summary>
    public static void Spin()
    {
        while (true)
            Thread.SpinWait(1000);
    }
}
