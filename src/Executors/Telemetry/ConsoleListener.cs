using System.Globalization;

namespace Offloop.Telemetry;

/// <summary>Tells on the standard error of this process what a newcomer has to see, for a program without a log: why a task failed, and
/// that its edit is not in the workers.</summary>
internal sealed class ConsoleListener : ExecutorListener
{
    public override void Hear(ExecutorEvent happened)
    {
        switch (happened)
        {
            case WorkerEnded { Expected: false } lost:
                ConsoleText.WriteLine(Console.Error, string.Create(
                    CultureInfo.InvariantCulture, $"Worker {lost.WorkerId} (process {lost.ProcessId}) ended unexpectedly: {lost.Reason}."));
                break;
            case ApplicationEdited:
                ConsoleText.WriteLine(Console.Error, ApplicationEdited.Advice);
                break;
        }
    }
}
