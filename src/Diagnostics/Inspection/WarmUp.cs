using Offloop.Telemetry;

namespace Offloop.Diagnostics.Inspection;

/// <summary>Lets each process that reads throw a glance at some worker before it is needed, so that everything is compiled and loaded
/// then: a first look takes half a second or more, and a later one 30 ms. It hears of the processes that read.</summary>
/// <param name="glance">Throws a glance at a worker.</param>
internal sealed class WarmUp(Action<int> glance) : ExecutorListener
{
    private const int MostGlances = 5; // where glances end a process, the looks have to do without

    private readonly Lock _lock = new();
    private int? _worker;
    private int _waiting;
    private int _glances;

    /// <summary>A worker is ready.</summary>
    public void Meet(int processId)
    {
        lock (_lock)
            _worker = processId;
        Glance();
    }

    public override void Hear(ExecutorEvent happened)
    {
        if (happened is not WorkerReady)
            return;
        lock (_lock)
            _waiting++;
        Glance();
    }

    private void Glance()
    {
        int worker;
        lock (_lock)
        {
            if (_waiting == 0 || _worker is not { } known || _glances == MostGlances)
                return;
            (worker, _waiting) = (known, 0);
            _glances++;
        }
        glance(worker);
    }
}
