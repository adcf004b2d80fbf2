namespace Offloop.Fuzz;

/// <summary>Something that reads what a peer sends. It must take any input: an input that it refuses is as good as one that it takes.</summary>
internal abstract class FuzzTarget : IAsyncDisposable
{
    /// <summary>How long anything may take before it counts as a hang.</summary>
    public static readonly TimeSpan HangTime = TimeSpan.FromSeconds(30);

    public abstract string Name { get; }

    /// <summary>Whether the corpus is JSON.</summary>
    public virtual bool IsJson => true;

    /// <summary>What it was doing, for the report of a failure.</summary>
    public string Stage { get; protected set; } = "reading";

    /// <summary>How many inputs were refused.</summary>
    public long Refused { get; protected set; }

    public static FuzzTarget[] All() =>
        [new Targets.FrameTarget(), new Targets.PayloadTarget(), new Targets.DataTarget(), new Targets.CoordinatorTarget(), new Targets.WorkerTarget()];

    /// <summary>Gives it an input. Throws what it should not throw.</summary>
    public abstract Task TakeAsync(byte[] input, Mutator mutator);

    /// <summary>Throws when something is left undone.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
