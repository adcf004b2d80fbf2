namespace Offloop.Scheduling;

/// <summary>A task that a slot is given, with what the scheduler had decided at that moment.</summary>
/// <param name="Item">The task.</param>
/// <param name="Attempt">1 for the first run of the task, one more for each later one.</param>
/// <param name="ReportStart">Whether the scheduler has to hear when the task starts.</param>
internal readonly record struct Assignment(WorkItem Item, int Attempt, bool ReportStart);
