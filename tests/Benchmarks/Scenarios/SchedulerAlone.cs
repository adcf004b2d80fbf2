using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Scheduling;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The scheduler without workers: tasks that are nothing go from submitters through its queue to slots that do nothing, and their
/// ends come back from one thread, as many at once as a worker reports.</summary>
internal sealed class SchedulerAlone : SlotSource
{
    private const int Slots = 16;
    private const int ReportedAtOnce = 32;
    private const int Calls = 20_000;

    private static readonly Outcome s_nothing = new Outcome.Result<int>(0);

    private readonly Scheduler _scheduler = NewScheduler();
    private readonly NoSlot[] _slots = [.. Enumerable.Range(1, Slots).Select(static id => new NoSlot(id))];
    private volatile int _left;

    private SchedulerAlone()
    {
        _scheduler.Use(this);
        foreach (NoSlot slot in _slots)
            _scheduler.Add(slot);
    }

    public override int MaxSlots => Slots;

    public static Dictionary<string, double> Measure(TimeSpan time)
    {
        int most = Scenario.IsShort(time) ? 200_000 : 1_000_000;
        var values = new Dictionary<string, double>();
        for (int i = 0; i < 5; i++) // compiles
            _ = Rate(100_000, 1, time);
        foreach (int submitters in (int[])[1, 32])
            values[string.Create(CultureInfo.InvariantCulture, $"perSecond{submitters}")] = Rate(100_000, submitters, time);
        double thousand = Drain(1_000, time);
        values["queued1000"] = thousand;
        values["queuedMost"] = Drain(most, time);
        values["growth"] = thousand / values["queuedMost"];
        (values["submitP99Us"], values["reportP99Us"]) = Held();
        return values;
    }

    public override SourceSnapshot Snapshot() => new([]);

    public override ValueTask CloseAsync() => ValueTask.CompletedTask;

    private static Scheduler NewScheduler() => new(new SchedulerOptions
    {
        TaskTimeout = Timeout.InfiniteTimeSpan,
        CancellationGrace = TimeSpan.FromSeconds(1),
        ShutdownTimeout = TimeSpan.FromSeconds(1),
        TimeProvider = TimeProvider.System,
        Logger = NullLogger.Instance,
    });

    /// <summary>Tasks a second, from the first submit to the last end. The submitters and the thread of the ends compete for the
    /// lock.</summary>
    private static double Rate(int count, int submitters, TimeSpan time) => Median(time, () =>
    {
        SchedulerAlone bench = new();
        bench.Open();
        int each = count / submitters;
        int total = each * submitters;
        bench._left = total;
        var ends = new Thread(bench.EndAll);
        Thread[] threads = [.. Enumerable.Range(0, submitters).Select(_ => new Thread(() => bench.Submit(each)))];
        long start = Stopwatch.GetTimestamp();
        ends.Start();
        Array.ForEach(threads, static thread => thread.Start());
        ends.Join();
        return total / Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    /// <summary>Tasks a second that leave a queue of this length.</summary>
    private static double Drain(int count, TimeSpan time) => Median(time, () =>
    {
        SchedulerAlone bench = new();
        bench.Submit(count);
        bench._left = count;
        long start = Stopwatch.GetTimestamp();
        bench.Open();
        bench.EndAll();
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    /// <summary>How long a call takes that nobody competes with, which is as long as the lock can be held: the 99th percentile of a submit,
    /// and of a report of many ends.</summary>
    private static (double Submit, double Report) Held()
    {
        SchedulerAlone bench = new();
        bench.Open();
        List<double> submits = [];
        List<double> reports = [];
        for (int i = 0; i < Calls / ReportedAtOnce * 2; i++)
        {
            for (int task = 0; task < ReportedAtOnce * Slots; task++)
            {
                var item = new Item(bench._scheduler.NextId());
                long start = Stopwatch.GetTimestamp();
                bench._scheduler.Submit(item);
                submits.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
            foreach (NoSlot slot in bench._slots)
            {
                TaskEnd[] ends = slot.Take();
                long start = Stopwatch.GetTimestamp();
                bench._scheduler.Finished(slot, ends);
                reports.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }
        return (P99(submits), P99(reports));
    }

    private static double P99(List<double> values)
    {
        values.Sort();
        return values[values.Count * 99 / 100];
    }

    private static double Median(TimeSpan time, Func<double> measure)
    {
        List<double> values = [];
        var clock = Stopwatch.StartNew();
        do
            values.Add(measure());
        while (clock.Elapsed < time || values.Count < 3);
        values.Sort();
        return values[values.Count / 2];
    }

    private void Open() => Array.ForEach(_slots, _scheduler.Open);

    private void Submit(int count)
    {
        for (int i = 0; i < count; i++)
            _scheduler.Submit(new Item(_scheduler.NextId()));
    }

    /// <summary>Ends tasks until none is left.</summary>
    private void EndAll()
    {
        while (_left > 0)
        {
            int before = _left;
            foreach (NoSlot slot in _slots)
            {
                TaskEnd[] ends = slot.Take();
                _left -= ends.Length;
                foreach (TaskEnd[] some in ends.Chunk(ReportedAtOnce))
                    _scheduler.Finished(slot, some);
            }
            if (_left == before)
                Thread.Sleep(0);
        }
    }

    private sealed class Item(long id) : WorkItem(id, SubmitOptions.Default, CancellationToken.None)
    {
        public override string Name => "nothing";

        public override void Complete(Outcome outcome)
        {
        }
    }

    /// <summary>Keeps tasks until somebody takes their ends.</summary>
    private sealed class NoSlot(int id) : Slot
    {
        private const int Travelling = 128; // as many as a worker's window has of the shortest tasks

        private readonly Lock _lock = new();
        private readonly List<TaskEnd> _here = [];

        public override int Window => Travelling;

        public override SlotFacts Facts { get; } = new() { WorkerId = id };

        public override void Send(Assignment assignment)
        {
            lock (_lock)
                _here.Add(new TaskEnd(assignment.Item, s_nothing));
        }

        public override void RequestEnd(WorkItem item)
        {
        }

        public override void ForceEnd(WorkItem item)
        {
        }

        public TaskEnd[] Take()
        {
            lock (_lock)
            {
                TaskEnd[] ends = [.. _here];
                _here.Clear();
                return ends;
            }
        }
    }
}
