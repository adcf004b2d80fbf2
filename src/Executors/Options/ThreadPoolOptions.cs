namespace Offloop;

/// <summary>The settings of a <see cref="ThreadPoolExecutor"/>. Immutable; each property validates its value when it is set.</summary>
public sealed record ThreadPoolOptions : PoolOptions
{
    /// <summary>Whether arguments and results are serialised and deserialised, as in a process pool, instead of passed as references.
    /// Set it in tests of code that will run in a <see cref="ProcessPoolExecutor"/>.</summary>
    /// <value>The default is false.</value>
    public bool RoundTripPayloads { get; init; }

    internal override string Kind => "thread";
}
