namespace Offloop.WorkerHost.Start;

/// <summary>Ends this process, and everything it started, as soon as the coordinator is gone, however it went: the coordinator's end of our
/// standard input closes then. A separate thread blocks on that, so it works even if every other thread is stuck in native code.</summary>
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
                // Nothing follows the launch message. If something does come, it means nothing.
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // If the line cannot be read, there is no coordinator.
        }
        OwnProcess.KillGroup();
    }
}
