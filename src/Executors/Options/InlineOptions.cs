namespace Offloop;

/// <summary>The settings of an <see cref="InlineExecutor"/>. It has no queue, because a task runs on the thread that submits it.</summary>
public sealed record InlineOptions : ExecutorOptions
{
    /// <inheritdoc cref="ThreadPoolOptions.RoundTripPayloads"/>
    public bool RoundTripPayloads { get; init; }

    internal override string Kind => "inline";
}
