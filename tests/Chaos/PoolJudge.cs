namespace Offloop.Chaos;

/// <summary>The judge of a process pool: a loss names a death that happened.</summary>
internal sealed class PoolJudge(Deaths deaths, ILookup<int, Entry> ledger) : Judge(ledger)
{
    /// <summary>Tasks lost with a worker that was not stopped and yet did not answer in time.</summary>
    public int Starved { get; private set; }

    protected override bool WasHeldUp(TaskFailure failure) => deaths.WasStopped(failure.ProcessId);

    protected override void Death(int task, FailureCause cause, string? signal, int? process)
    {
        if (cause == FailureCause.Unresponsive && !deaths.WasStopped(process) && deaths.WasTakenForDead(process))
        {
            Starved++;
            return;
        }
        bool happened = cause switch
        {
            FailureCause.Crash => (signal == "SIGKILL" && deaths.WasKilled(process)) || deaths.WasInTrouble(process),
            FailureCause.Exit => deaths.WasInTrouble(process),
            FailureCause.Unresponsive => deaths.WasStopped(process),
            FailureCause.Timeout or FailureCause.Cancellation => deaths.WasKilledByPool(process, cause),
            _ => false,
        };
        if (!happened)
            Say($"Task {task} is said to have been lost to {cause} ({signal}) of process {process}, which did not happen.");
    }
}
