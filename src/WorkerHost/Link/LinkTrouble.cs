namespace Offloop.WorkerHost.Link;

/// <summary>Handles messages that the coordinator should not send.</summary>
/// <param name="Say">Takes a line of text for people.</param>
/// <param name="Misunderstood">Called with one line of text when the connection has ended because of a
/// message that cannot be understood.</param>
internal sealed record LinkTrouble(Action<string> Say, Action<string> Misunderstood)
{
    /// <summary>Whether a call that cannot be made is passed over, so that a fuzzer gets to the code behind it.</summary>
    public bool GoesOn { get; init; }
}
