using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The scenarios of a run, and what they share.</summary>
internal sealed class ScenarioList(BenchOptions options) : IAsyncDisposable
{
    public Task<List<Contestant>> FindAsync(Results results)
    {
        _ = options;
        _ = results;
        return Task.FromResult<List<Contestant>>([]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
