using System.Diagnostics;

namespace Offloop.Scheduling;

/// <summary>One task as the scheduler sees it: what it asks for, how far it is, and a way to complete its caller. It does not know what the
/// task does.
/// <para>The scheduler owns what can be set here and changes it under its lock. Slots may read <see cref="EndRequest"/> at any
/// time.</para></summary>
internal abstract class WorkItem(long id, SubmitOptions options, CancellationToken cancellationToken) : IntrusiveNode<WorkItem>
{
    private volatile EndRequest _endRequest;

    public long Id { get; } = id;

    public SubmitOptions Options { get; } = options;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>How many of its kind should travel to a worker together; null if nothing is asked for.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>The labels that its slot must have.</summary>
    public LabelSet Requires { get; init; } = options.Labels;

    /// <summary>Whether somebody else than the scheduler has to know when it starts.</summary>
    public virtual bool WantsStart => false;

    /// <summary>The name for messages.</summary>
    public abstract string Name { get; }

    public WorkItemState State { get; set; }

    /// <summary>Whether it counts as one of the tasks that a shutdown waits for.</summary>
    public bool IsPending { get; set; }

    public int Attempt { get; set; } = 1;

    /// <summary>Whether it is the first of its kind in the queue, and no slot that fits it has got room since none had. It is not looked at
    /// then.</summary>
    public bool IsStuck { get; set; }

    /// <summary>The runs that ended with a lost worker.</summary>
    public List<TaskAttempt>? LostAttempts { get; set; }

    /// <summary>How many workers have ended that had it, before it had started.</summary>
    public int LostBeforeStart { get; set; }

    /// <summary>How many of them may have ended because of it.</summary>
    public int Suspicions { get; set; }

    /// <summary>Whether it ran beside others in a worker that was lost, and may be the reason.</summary>
    public bool MayBeGuilty { get; set; }

    /// <summary>Whether it runs in a slot that has nothing else, so that it takes no other task along.</summary>
    public bool RunsAlone => Suspicions > 0 || MayBeGuilty;

    /// <summary>What it asks of a slot.</summary>
    public LaneKey Lane => new(Requires, RunsAlone);

    /// <summary>The clock's timestamp of the last assignment.</summary>
    public long AssignedAt { get; set; }

    /// <summary>Whether its events are told.</summary>
    public bool IsHeard { get; set; }

    /// <summary>The clock's timestamp of the submit; null if nobody hears of tasks.</summary>
    public long? SubmittedAt { get; set; }

    /// <summary>The clock's timestamp of the last start; null if there was none, or nobody hears of tasks.</summary>
    public long? StartedAt { get; set; }

    /// <summary>The span of its submitter, or null.</summary>
    public Activity? Span { get; protected set; }

    /// <summary>The book-keeping of the slot that has it.</summary>
    public SlotEntry? Entry { get; set; }

    /// <summary>Whether and why it was asked to end. Set before the slot is asked, so that a slot which gets the task after that sees
    /// it.</summary>
    public EndRequest EndRequest
    {
        get => _endRequest;
        set => _endRequest = value;
    }

    /// <summary>Whether its slot was told to end it by force.</summary>
    public bool IsForced { get; set; }

    /// <summary>Whether its time was over when its end was on its way: the slot's measurement decides then.</summary>
    public bool IsOverdue { get; set; }

    /// <summary>The outcome of a task that was asked to end because it has failed.</summary>
    public Outcome? Verdict { get; set; }

    public ITimer? Timer { get; set; }

    /// <summary>The clock's timestamp for which the timer is set, or null. A callback that finds another one was overtaken.</summary>
    public long? DueAt { get; set; }

    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>The longest argument, in bytes, that somebody wants to have although a run has failed; 0 while none has, or nobody
    /// does.</summary>
    public long KeepsUpTo { get; set; }

    /// <summary>The executor, until the task is done: while anybody waits for a task, the pool that runs it is not abandoned.</summary>
    public object? Owner { get; set; }

    /// <summary>Begins the span of its submitter, if somebody wants it. Called once, by the submitter, before the task is
    /// accepted.</summary>
    public virtual void BeginSpan(string executor)
    {
    }

    /// <summary>It has started. Called outside the lock, and only if <see cref="WantsStart"/>; its end may come without it.</summary>
    public virtual void OnStarted()
    {
    }

    /// <summary>Writes the argument down for those who want to have it, before the caller may change it. Called outside the lock, and only
    /// if <see cref="KeepsUpTo"/> is above 0. It does not throw.</summary>
    public virtual void KeepArgument()
    {
    }

    /// <summary>Delivers, or drops, what the task has sent to its caller apart from its outcome. Called once, outside the lock, when the
    /// outcome is decided. Done when no receiver is being called any more; it never fails.</summary>
    /// <param name="endedByItself">Whether the task returned or threw: what it sent before that is delivered.</param>
    public virtual Task FlushAsync(bool endedByItself) => Task.CompletedTask;

    /// <summary>Completes the caller's task with its outcome. Called once, outside every lock.</summary>
    public abstract void Complete(Outcome outcome);
}
