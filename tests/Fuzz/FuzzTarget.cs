namespace Offloop.Fuzz;

/// <summary>A reader of a peer's messages. It must survive any input; refusing an input is as good as taking it.</summary>
internal abstract class FuzzTarget : IAsyncDisposable
{
    /// <summary>The time after which an input counts as a hang.</summary>
    public static readonly TimeSpan HangTime = TimeSpan.FromSeconds(30);

    public abstract string Name { get; }

    /// <summary>Whether the corpus is JSON.</summary>
    public virtual bool IsJson => true;

    /// <summary>The current step, for the report of a failure.</summary>
    public string Stage { get; protected set; } = "reading";

    /// <summary>The number of inputs that were refused.</summary>
    public long Refused { get; protected set; }

    public static FuzzTarget[] All() =>
    [
        new Targets.FrameTarget(),
        new Targets.PayloadTarget(),
        new Targets.DataTarget(),
        new Targets.CoordinatorTarget(),
        new Targets.WorkerTarget(),
    ];

    /// <summary>Feeds an input. An exception from here is a finding.</summary>
    public abstract Task TakeAsync(byte[] input, Mutator mutator);

    /// <summary>Throws if something is left undone.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
