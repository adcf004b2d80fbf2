namespace Offloop.Chaos.Surroundings;

/// <summary>Something that befalls the surroundings of a pool for a few seconds, and is then undone.</summary>
internal abstract class Trouble
{
    public abstract string Name { get; }

    /// <summary>The right that this process lacks to make this trouble; null if it can.</summary>
    public virtual string? Lacks => null;

    /// <summary>Whether it may end workers that were ready. Their tasks are lost, and that is no fault of the pool.</summary>
    public virtual bool EndsWorkers => false;

    /// <summary>Makes it, lets it last, and undoes it.</summary>
    public abstract Task RunAsync(Random random);

    /// <summary>Waits two to four seconds. The pool waits at most two before it tries again, so this is some tries.</summary>
    protected static Task LastAsync(Random random) => Task.Delay(random.Next(2000, 4000));
}
