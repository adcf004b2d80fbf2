namespace Offloop.WorkerHost.Link;

/// <summary>What is done about what the coordinator sends and should not.</summary>
/// <param name="Say">Takes a line for people.</param>
/// <param name="Misunderstood">Called, with one line of text, when the connection has ended over what cannot be understood.</param>
internal sealed record LinkTrouble(Action<string> Say, Action<string> Misunderstood)
{
    /// <summary>Whether a call that cannot be made is passed over, so that a fuzzer gets to what is behind it.</summary>
    public bool GoesOn { get; init; }
}
