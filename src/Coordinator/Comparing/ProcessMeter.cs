using System.ComponentModel;
using System.Diagnostics;

namespace Offloop.Coordinator.Comparing;

/// <summary>Measures processor time and memory of a process and of the workers that it names, several times in a second. What a process had
/// used when it was last seen still counts when it has gone.</summary>
internal sealed class ProcessMeter : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly Dictionary<int, TimeSpan> _cpu = [];
    private readonly HashSet<int> _living = [];
    private readonly Timer _timer;

    public ProcessMeter(int process)
    {
        _living.Add(process);
        _timer = new Timer(static meter => ((ProcessMeter)meter!).Sample(), this, TimeSpan.Zero, s_interval);
    }

    public TimeSpan Cpu
    {
        get
        {
            lock (_lock)
                return TimeSpan.FromTicks(_cpu.Values.Sum(static time => time.Ticks));
        }
    }

    public long PeakBytes { get; private set; }

    public void Add(int process)
    {
        lock (_lock)
        {
            if (!_cpu.ContainsKey(process))
                _living.Add(process);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        lock (_lock)
            PeakBytes = Math.Max(PeakBytes, _living.ToArray().Sum(Measure));
    }

    private long Measure(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            _cpu[id] = process.TotalProcessorTime;
            return process.WorkingSet64;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception)
        {
            _living.Remove(id); // it has ended
            return 0;
        }
    }
}
