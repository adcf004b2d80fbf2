namespace Offloop.Protocol;

/// <summary>The exit codes of a worker that ends itself for a reason of its own, which it has said on its standard error.</summary>
internal static class WorkerExitCode
{
    /// <summary>It was not started by a pool.</summary>
    public const int NoLaunchMessage = 2;

    /// <summary>Somebody else listens in the place of its coordinator.</summary>
    public const int WrongServer = 3;

    /// <summary>Its coordinator speaks another version of the protocol.</summary>
    public const int WrongVersion = 4;

    /// <summary>It was sent what it cannot understand. The number is EX_PROTOCOL of sysexits.h. A worker that ends like this does not
    /// announce its end as a task's <see cref="Environment.Exit"/> does, so a task that chooses the same number is not taken for
    /// it.</summary>
    public const int ProtocolError = 76;
}
