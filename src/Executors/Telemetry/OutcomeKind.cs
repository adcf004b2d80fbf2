namespace Offloop.Telemetry;

/// <summary>How a task ended, for the totals.</summary>
internal enum OutcomeKind
{
    Succeeded,
    Failed,
    Cancelled,
    TimedOut,
    Lost,
}
