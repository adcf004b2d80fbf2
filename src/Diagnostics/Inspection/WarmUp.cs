using Offloop.Telemetry;

namespace Offloop.Diagnostics.Inspection;

/// <summary>Lets each process that reads throw a glance at some worker before it is needed, so that everything is compiled and loaded
/// then: a first look takes half a second or more, and a later one 30 ms. It hears of the processes that read.</summary>
/// <param name="glance">Throws a glance at a worker; false if nothing was seen. It does not fail.</param>
internal sealed class WarmUp(Func<int, Task<bool>> glance) : ExecutorListener
{
    private const int MostGlances = 5; // where glances end a process, the looks have to do without

    private readonly Lock _lock = new();
    private int? _worker;
    private bool _isCold;
    private int _glances;

    /// <summary>A worker is ready.</summary>
    public void Meet(int processId)
    {
        lock (_lock)
            _worker = processId;
        _ = GlanceAsync();
    }

    public override void Hear(ExecutorEvent happened)
    {
        if (happened is not WorkerReady)
            return;
        lock (_lock)
            _isCold = true;
        _ = GlanceAsync();
    }

    private async Task GlanceAsync()
    {
        int worker;
        lock (_lock)
        {
            if (!_isCold || _worker is not { } known || _glances == MostGlances)
                return;
            (worker, _worker, _isCold) = (known, null, false);
            _glances++;
        }
        bool isWarm = await glance(worker).ConfigureAwait(false);
        lock (_lock)
            _isCold |= !isWarm; // the worker may have ended just then: the next one is looked at
    }
}
