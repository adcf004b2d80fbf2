namespace Offloop.WorkerHost.Link;

/// <summary>How much the two sides may have of each other.</summary>
/// <param name="MaxMessageBytes">The longest payload that the coordinator takes.</param>
/// <param name="Threads">How many tasks the worker runs at once.</param>
internal readonly record struct LinkLimits(long MaxMessageBytes, int Threads = 1);
