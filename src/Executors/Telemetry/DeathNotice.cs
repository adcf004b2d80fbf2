using System.Globalization;

namespace Offloop.Telemetry;

/// <summary>Tells the unexpected end of a worker on the standard error of this process, for a program without a log: a newcomer is to see
/// why a task failed.</summary>
internal sealed class DeathNotice : ExecutorListener
{
    public override void Hear(ExecutorEvent happened)
    {
        if (happened is WorkerEnded { Expected: false } lost)
        {
            ConsoleText.WriteLine(Console.Error, string.Create(
                CultureInfo.InvariantCulture, $"Worker {lost.WorkerId} (process {lost.ProcessId}) ended unexpectedly: {lost.Reason}."));
        }
    }
}
