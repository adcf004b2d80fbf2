using System.Diagnostics;
using Offloop.Telemetry;

namespace Offloop.Surroundings;

/// <summary>Runs a task, or the steps of one, on the calling thread in its <see cref="TaskSurroundings"/>. Whatever the task changes there
/// ends with it: values of <see cref="AsyncLocal{T}"/>, culture and activity, the <see cref="SynchronizationContext"/>, the thread's
/// priority and name. A task that is stepped finds its own changes again at its next step. Not thread-safe.</summary>
/// <param name="surroundings">What the task gets from its submitter.</param>
/// <param name="method">The name of the task's method.</param>
internal sealed class TaskScope(TaskSurroundings surroundings, string method)
{
    private ExecutionContext _context = CleanContext.Instance;
    private SynchronizationContext? _synchronization;
    private Action<object> _step = static _ => { };
    private object? _state;
    private Activity? _span;
    private bool _hasEntered;
    private ThreadTraits? _changed; // by a step, for the next one

    /// <summary>Runs a step. It must not throw.</summary>
    public void Run(Action step) => Run(static step => ((Action)step)(), step);

    /// <summary>Runs a step that gets a state. It must not throw.</summary>
    public void Run(Action<object> step, object state)
    {
        (_step, _state) = (step, state);
        Thread thread = Thread.CurrentThread;
        var before = ThreadTraits.Of(thread);
        _changed?.ApplyTo(thread);
        // It puts the thread's own synchronization context back too.
        ExecutionContext.Run(_context, static scope => ((TaskScope)scope!).Step(), this);
        var after = ThreadTraits.Of(thread);
        if (after == before)
            return;
        _changed = after;
        before.ApplyTo(thread);
    }

    /// <summary>Ends the span of the run, if there is one. Called after the last step.</summary>
    /// <param name="error">What the task threw, or null.</param>
    public void End(Exception? error)
    {
        if (_span is not null)
            TaskSpans.End(_span, error);
    }

    /// <summary>Ends the span of the run, if there is one. Called after the last step.</summary>
    /// <param name="errorType">What kind of error it was; null if there was none.</param>
    /// <param name="message">The error's message.</param>
    public void End(string? errorType, string? message)
    {
        if (_span is not null)
            TaskSpans.End(_span, errorType, message);
    }

    private void Step()
    {
        // Cleared explicitly: a change of the execution context leaves it as it is. An await inside must not come back to the loop that
        // this call may be blocking.
        SynchronizationContext.SetSynchronizationContext(_synchronization);
        if (!_hasEntered)
        {
            _hasEntered = true;
            _span = surroundings.Enter(method);
        }
        _step(_state!);
        _context = ExecutionContext.Capture() ?? _context; // null while the flow is suppressed
        _synchronization = SynchronizationContext.Current;
    }

    /// <summary>The parts of a thread that a task may change.</summary>
    private readonly record struct ThreadTraits(ThreadPriority Priority, string? Name, bool IsBackground)
    {
        public static ThreadTraits Of(Thread thread) => new(thread.Priority, thread.Name, thread.IsBackground);

        public void ApplyTo(Thread thread)
        {
            if (thread.Priority != Priority)
                thread.Priority = Priority;
            if (thread.Name != Name)
                thread.Name = Name;
            if (thread.IsBackground != IsBackground)
                thread.IsBackground = IsBackground;
        }
    }
}
