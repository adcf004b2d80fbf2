namespace Offloop.Surroundings;

/// <summary>Runs a task, or the steps of one, on the calling thread in its <see cref="TaskSurroundings"/>. Whatever the task changes there
/// ends with it: values of <see cref="AsyncLocal{T}"/>, culture and activity, the <see cref="SynchronizationContext"/>, the thread's
/// priority and name. A task that is stepped finds its own changes again at its next step. Not thread-safe.</summary>
/// <param name="surroundings">What the task gets from its submitter.</param>
internal sealed class TaskScope(TaskSurroundings surroundings)
{
    private ExecutionContext _context = CleanContext.Instance;
    private SynchronizationContext? _synchronization;
    private Action<object> _step = static _ => { };
    private object? _state;
    private bool _hasEntered;

    /// <summary>Runs a step. It must not throw.</summary>
    public void Run(Action step) => Run(static step => ((Action)step)(), step);

    /// <summary>Runs a step that gets a state. It must not throw.</summary>
    public void Run(Action<object> step, object state)
    {
        (_step, _state) = (step, state);
        Thread thread = Thread.CurrentThread;
        (ThreadPriority priority, string? name, bool isBackground) = (thread.Priority, thread.Name, thread.IsBackground);
        // It puts the thread's own synchronization context back too.
        ExecutionContext.Run(_context, static scope => ((TaskScope)scope!).Step(), this);
        if (thread.Priority != priority)
            thread.Priority = priority;
        if (thread.Name != name)
            thread.Name = name;
        if (thread.IsBackground != isBackground)
            thread.IsBackground = isBackground;
    }

    private void Step()
    {
        // Cleared explicitly: a change of the execution context leaves it as it is. An await inside must not come back to the loop that
        // this call may be blocking.
        SynchronizationContext.SetSynchronizationContext(_synchronization);
        if (!_hasEntered)
        {
            _hasEntered = true;
            surroundings.Enter();
        }
        _step(_state!);
        _context = ExecutionContext.Capture() ?? _context; // null while the flow is suppressed
        _synchronization = SynchronizationContext.Current;
    }
}
