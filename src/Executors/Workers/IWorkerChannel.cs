using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>What a slot needs of the process that runs its tasks.</summary>
internal interface IWorkerChannel
{
    int ProcessId { get; }

    DataPipe Data { get; }

    /// <summary>Sends a notification; one that cannot arrive is lost without an error.</summary>
    void Tell(Action<IWorker> notification);

    /// <summary>Kills the process and all that it started.</summary>
    void Kill(string reason);

    /// <summary>The process has said that it is ending itself.</summary>
    void AnnounceExit();

    /// <summary>Resident bytes of the process, or null.</summary>
    long? ReadResidentBytes();
}
