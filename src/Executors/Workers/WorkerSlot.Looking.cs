using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Workers;

/// <content>A look into the worker before tasks of it are ended by force. Nothing is decided before the look: tasks go on and may end,
/// others may come, and the worker may be killed for another reason meanwhile.</content>
internal sealed partial class WorkerSlot
{
    private Task<WorkerFindings>? _look;
    private WorkerFindings _found = WorkerFindings.None;

    /// <summary>What the last look has seen.</summary>
    private WorkerFindings Findings
    {
        get
        {
            lock (_lock)
                return _found;
        }
    }

    /// <inheritdoc cref="ForceEndNow"/>
    protected override void ForceEnd(TaskItem item) =>
        LookBefore(CauseOf(item.EndRequest), other => other == item, () => ForceEndNow(item));

    /// <summary>Ends a worker that does not answer, whatever it does.</summary>
    public void KillUnresponsive(KillReason reason) =>
        LookBefore(FailureCause.Unresponsive, static _ => true, () => Kill(reason));

    /// <param name="cause">Why tasks are to be ended.</param>
    /// <param name="concerns">Whether a task is one of them.</param>
    /// <param name="end">Ends them.</param>
    private void LookBefore(FailureCause cause, Predicate<TaskItem> concerns, Action end)
    {
        if (_launch.Inspector is { } inspector && inspector.Wants(cause) && _channel is not null)
            _ = LookAsync(inspector, cause, concerns, end);
        else
            end();
    }

    private async Task LookAsync(WorkerInspector inspector, FailureCause cause, Predicate<TaskItem> concerns, Action end)
    {
        try
        {
            WorkerFindings found = await LookOnceAsync(inspector, cause).WaitAsync(inspector.Limit).ConfigureAwait(false);
            lock (_lock)
                _found = found;
            foreach (TaskItem running in Tasks.Running(PhaseOf))
            {
                if (concerns(running) && found.Of(running.Id) is { } stack)
                    _launch.Events.Tell(new TaskStackRead(running.Id, running.Name, Id, Channel.ProcessId, stack, RanFor: null));
            }
        }
        catch (Exception) // whatever fails there, or takes too long, must keep no worker alive
        {
        }
        end();
    }

    /// <summary>Tasks whose time is over together are seen by one look.</summary>
    private Task<WorkerFindings> LookOnceAsync(WorkerInspector inspector, FailureCause cause)
    {
        lock (_lock)
        {
            if (_look is null or { IsCompleted: true })
                _look = Task.Run(() => inspector.LookAsync(Channel.ProcessId, cause));
            return _look;
        }
    }
}
