namespace Offloop.WorkerHost.Start;

/// <summary>Ends this process, and all that it started, as soon as the coordinator is gone in whatever way: its end of our standard input
/// closes then. A thread of its own blocks on it, so it works while every other thread is stuck in native code.</summary>
internal static class Watchdog
{
    public static void Start(Stream input) =>
        new Thread(() => Wait(input)) { IsBackground = true, Name = "Offloop watchdog" }.Start();

    private static void Wait(Stream input)
    {
        try
        {
            while (input.ReadByte() >= 0)
            {
                // Nothing follows the launch message; whatever comes is no reason to live or to die.
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // A line that cannot be read is a line without a coordinator.
        }
        OwnProcess.KillGroup();
    }
}
