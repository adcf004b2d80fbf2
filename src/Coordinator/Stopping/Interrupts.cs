using System.Runtime.InteropServices;

namespace Offloop.Coordinator.Stopping;

/// <summary>Handles Ctrl+C, SIGTERM and the end of the terminal (SIGHUP). The first signal calls back; a second one ends the process at
/// once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Action _interrupted;
    private readonly PosixSignalRegistration[] _registrations;
    private readonly int _exitCode;
    private int _count;

    /// <param name="exitCode">The exit code of the process at the second signal.</param>
    /// <param name="interrupted">Called at the first signal, on a separate thread.</param>
    public Interrupts(int exitCode, Action interrupted)
    {
        _exitCode = exitCode;
        _interrupted = interrupted;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        ];
    }

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true; // the default would end the process before the summary
        if (Interlocked.Increment(ref _count) == 1)
            _interrupted();
        else
            Environment.Exit(_exitCode);
    }
}
