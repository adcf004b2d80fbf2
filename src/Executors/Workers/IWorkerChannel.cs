using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>The process that runs the tasks of a slot, as far as the slot needs it.</summary>
internal interface IWorkerChannel
{
    int ProcessId { get; }

    /// <summary>Sends a notification; one that cannot arrive is lost without an error.</summary>
    void Tell(Action<IWorker> notification);

    /// <summary>Sends a payload ahead if it is large, and returns how a message is to mention it. Throws <see cref="IOException"/> or
    /// <see cref="ObjectDisposedException"/> if the worker is gone.</summary>
    ValueTask<PayloadRef> SendAsync(Payload payload, FrameKey key);

    /// <summary>The payload that a message mentions, waited for if it is large. Throws <see cref="IOException"/> if the worker is gone
    /// before it has come whole.</summary>
    ValueTask<Payload> ReceiveAsync(PayloadRef payload, FrameKey key);

    /// <summary>Forgets large payloads that have come for tasks that are done.</summary>
    void Forget(ReadOnlySpan<int> sequences);

    /// <summary>Asks the process to end, and kills it if it does not in time.</summary>
    void Leave();

    /// <summary>Kills the process and all that it started.</summary>
    void Kill(KillReason reason);

    /// <summary>The process has said that it is ending itself.</summary>
    void AnnounceExit();

    /// <summary>The page in which the worker notes how far its tasks are, or null if it cannot be read.</summary>
    byte[]? ReadMarks();

    /// <summary>How far a task is by the note that the worker has made of it; <see cref="TaskPhase.Unknown"/> if the process is
    /// gone.</summary>
    TaskPhase PhaseOf(int sequence);

    /// <summary>Resident bytes of the process, or null.</summary>
    long? ReadResidentBytes();
}
