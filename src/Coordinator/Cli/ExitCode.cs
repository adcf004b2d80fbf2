namespace Offloop.Coordinator.Cli;

/// <summary>The exit codes of the program.</summary>
internal static class ExitCode
{
    /// <summary>It ended as asked, and at least one fetch succeeded or none was made.</summary>
    public const int Ok = 0;

    /// <summary>It could not be done or could not go on, or every fetch failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood, and nothing ran.</summary>
    public const int Usage = 2;

    /// <summary>A map ended, and some of its lines failed; or a task that was replayed failed.</summary>
    public const int SomeFailed = 3;

    /// <summary>It was ended by Ctrl+C or by a signal.</summary>
    public const int Interrupted = 130;
}
