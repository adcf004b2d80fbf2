using Offloop.Payloads;

namespace Offloop.Tasks;

/// <summary>A run of a task in this process.</summary>
/// <param name="Context">What the task is given.</param>
/// <param name="RoundTrip">The format in which payloads are passed as another process would get them; null passes references.</param>
/// <param name="Facts">The facts of a failure where it runs.</param>
internal readonly record struct LocalRun(TaskContext Context, PayloadFormat? RoundTrip, TaskFailure Facts);
