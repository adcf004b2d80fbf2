using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Relaying;

/// <summary>A task of an executor in another process that this one passes on to a worker of its pool. Its payloads and its end go through
/// unread. The other process decides what comes of it (timeout, retry, outcome), so it has no limits of its own here.</summary>
internal sealed class RelayedTask : TaskItem
{
    private readonly RelayedCall _call;
    private readonly IRelayedTaskOwner _owner;
    private readonly RelayedItems? _items;
    private readonly RelayedProgress? _progress;

    public RelayedTask(RelayedCall call, IRelayedTaskOwner owner)
        : base(call.TaskId, new SubmitOptions { Name = call.Name }, CancellationToken.None)
    {
        (_call, _owner, Surroundings) = (call, owner, call.Surroundings);
        Attempt = call.Attempt;
        if (call.IsStream)
            Items = _items = new RelayedItems(item => owner.Item(this, item));
        if (call.ProgressType is { } type)
            Progress = _progress = new RelayedProgress(type, value => owner.Progress(this, value));
    }

    public override MethodEntry Method => _call.Method;

    public override bool HasSmallArgument => _call.Argument.Bytes.Length <= Payload.MaxInlineBytes;

    public override bool WantsStart => _call.ReportStart;

    public override void OnStarted() => _owner.Started(this);

    /// <summary>The last value of progress has been delivered.</summary>
    public void ProgressTaken() => _progress?.TakeNext();

    /// <summary>The task may send more items.</summary>
    public void Credit(int count) => _items?.Allow(count);

    public override void BeginSpan(string executor)
    {
        if (Surroundings.Trace is not { } trace)
            return;
        Span = TaskSpans.BeginRelay(Method.DisplayName, trace.Parent, executor);
        if (Span?.Id is { } id)
            Surroundings = Surroundings with { Trace = trace with { Parent = id } };
    }

    public override Outcome Run(LocalRun run) => throw NotHere();

    public override Outcome Read(Payload result, SlotFacts slot, int attempt) => throw NotHere();

    public override Outcome? PassOn(FinishedTask end, Payload result, SlotFacts slot) => new Passed(end, result, slot);

    public override bool TryPassOn(LogLevel level, string text)
    {
        _owner.Log(this, level, text);
        return true;
    }

    public override async Task FlushAsync(bool endedByItself)
    {
        if (_items is not null)
            await _items.CloseAsync().ConfigureAwait(false);
        if (_progress is not null)
            await _progress.CloseAsync(endedByItself).ConfigureAwait(false);
    }

    public override void Complete(Outcome outcome) => _owner.Ended(this, outcome switch
    {
        Passed passed => new RelayedEnd.Finished(passed.End, passed.Result, passed.Slot),
        Outcome.Failed { Exception: ExecutorException error } => new RelayedEnd.Lost(error.Failure),
        _ => new RelayedEnd.GivenBack(), // this process is shutting down
    });

    protected override Payload WriteArgument() => _call.Argument;

    private UnreachableException NotHere() => new($"{Name} is a task of another process.");

    /// <summary>The end of the task, unread.</summary>
    private sealed record Passed(FinishedTask End, Payload Result, SlotFacts Slot)
        : Outcome(End.Kind == FinishKind.Returned ? OutcomeKind.Succeeded : OutcomeKind.Failed);
}
