using Offloop.Payloads;

namespace Offloop.Tasks;

/// <summary>A run of a task in this process.</summary>
/// <param name="Context">The context that the task gets.</param>
/// <param name="RoundTrip">The format through which payloads go, so that the task gets them as another process would; null passes
/// references.</param>
/// <param name="Facts">The facts for a failure of this run.</param>
internal readonly record struct LocalRun(TaskContext Context, PayloadFormat? RoundTrip, TaskFailure Facts);
