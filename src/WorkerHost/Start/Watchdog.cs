using System.Diagnostics;
using System.Globalization;

namespace Offloop.WorkerHost.Start;

/// <summary>Ends this process, and everything it started, as soon as the coordinator is gone, however it went: the coordinator's end of our
/// standard input closes then. A separate thread blocks on that, so it works even if every other thread is stuck in native code. If the
/// coordinator has said so, its silence has the same end: it stands still, and has promised others that its tasks have ended by
/// then.</summary>
internal static class Watchdog
{
    private static long s_heard = Stopwatch.GetTimestamp();

    /// <param name="input">Our standard input, after the launch message.</param>
    /// <param name="silenceLimit">How long the coordinator may say nothing there; zero for any time.</param>
    public static void Start(Stream input, TimeSpan silenceLimit)
    {
        Start(() => Wait(input), "Offloop watchdog");
        if (silenceLimit > TimeSpan.Zero)
            Start(() => WaitForSilence(silenceLimit), "Offloop silence watch");
    }

    private static void Start(Action watch, string name) => new Thread(() => watch()) { IsBackground = true, Name = name }.Start();

    private static void Wait(Stream input)
    {
        try
        {
            while (input.ReadByte() >= 0)
                Volatile.Write(ref s_heard, Stopwatch.GetTimestamp()); // what comes means nothing else
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // If the line cannot be read, there is no coordinator.
        }
        OwnProcess.KillGroup();
    }

    private static void WaitForSilence(TimeSpan limit)
    {
        TimeSpan period = limit / 16;
        long looked = Stopwatch.GetTimestamp();
        while (true)
        {
            Thread.Sleep(period);
            TimeSpan pause = Stopwatch.GetElapsedTime(looked);
            looked = Stopwatch.GetTimestamp();
            // After a pause of this process there may be signs that have come and are not read yet: they get one more look.
            if (pause < limit / 2 && Stopwatch.GetElapsedTime(Volatile.Read(ref s_heard)) > limit)
                End(limit);
        }
    }

    private static void End(TimeSpan limit)
    {
        using Stream error = Console.OpenStandardError(); // a task may have replaced Console.Error
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"The process that has started this worker has stood still for {limit.TotalSeconds:0.###} s, so the worker ends.\n");
        error.Write(System.Text.Encoding.UTF8.GetBytes(line));
        OwnProcess.KillGroup();
    }
}
