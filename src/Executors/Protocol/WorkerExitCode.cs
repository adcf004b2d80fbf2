namespace Offloop.Protocol;

/// <summary>The exit codes of a worker that ends itself. It has said why on its standard error.</summary>
internal static class WorkerExitCode
{
    /// <summary>It was not started by a pool.</summary>
    public const int NoLaunchMessage = 2;

    /// <summary>Another process listens in place of its coordinator.</summary>
    public const int WrongServer = 3;

    /// <summary>Its coordinator speaks another version of the protocol.</summary>
    public const int WrongVersion = 4;

    /// <summary>A pipe or the start mark that it was told of is gone, so that it cannot be reached.</summary>
    public const int Unreachable = 5;

    /// <summary>It was sent something that it cannot understand. The number is EX_PROTOCOL of sysexits.h. Such a worker does not announce
    /// its end as a task's <see cref="Environment.Exit"/> does, so a task that chooses the same number is not mistaken for it.</summary>
    public const int ProtocolError = 76;
}
