namespace Offloop.Coordinator.Cli;

/// <summary>The exit codes of the program.</summary>
internal static class ExitCode
{
    /// <summary>The run ended as asked, and at least one fetch succeeded or none was made.</summary>
    public const int Ok = 0;

    /// <summary>Every fetch failed, or the run could not be made at all.</summary>
    public const int Failed = 1;

    /// <summary>The command line was not understood, and nothing ran.</summary>
    public const int Usage = 2;

    /// <summary>The run was ended by Ctrl+C or by a signal.</summary>
    public const int Interrupted = 130;
}
