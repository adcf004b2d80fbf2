using Offloop.Diagnostics;
using Offloop.Diagnostics.Inspection;

namespace Offloop;

/// <summary>Lets a process pool say where its tasks hang.</summary>
public static class ProcessPoolDiagnosticsExtensions
{
    /// <summary>Returns options with which a <see cref="ProcessPoolExecutor"/> reads the managed stacks of a worker before it kills it: of
    /// a task that runs past its timeout, does not answer its cancellation, or whose worker is unresponsive. The task's exception has them
    /// (<see cref="TaskFailure.Stack"/>), and its message says in one sentence where the task was; a log line has them too. The kill comes
    /// up to <see cref="DiagnosticsOptions.StackTimeout"/> later for that.
    /// <para>One process of the application's own reads them, for all pools, so that nothing that goes wrong there harms the application:
    /// it starts with the first such pool and takes some 60 MB of memory. Where its runtime's debugging library is missing (a single
    /// file), or the system refuses (a container without <c>ptrace</c>), the failure says so in place of a stack.</para></summary>
    /// <param name="options">The options of the pool, which are not changed.</param>
    /// <param name="diagnostics">What else is to be known; null for the defaults.</param>
    /// <returns>The changed options. They may be used for several pools.</returns>
    /// <exception cref="ArgumentException">The settings contradict each other: a dump is asked for and no
    /// <see cref="DiagnosticsOptions.DumpDirectory"/> is given.</exception>
    public static ProcessPoolOptions WithDiagnostics(this ProcessPoolOptions options, DiagnosticsOptions? diagnostics = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        DiagnosticsOptions settings = diagnostics ?? new DiagnosticsOptions();
        settings.Validate();
        return options with { Inspection = events => new PoolInspector(settings, events) };
    }
}
