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
}
