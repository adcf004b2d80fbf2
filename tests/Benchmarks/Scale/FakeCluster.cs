using Microsoft.Extensions.Logging.Abstractions;
using Offloop.Scheduling;

namespace Offloop.Benchmarks.Scale;

/// <summary>The real scheduler over fake nodes. One thread moves it; what it does not do costs nothing, so what is measured is the
/// scheduler.</summary>
internal sealed class FakeCluster : SlotSource
{
    /// <summary>Labels that every node has: the requirements that fit all nodes are subsets of these.</summary>
    public const int CommonLabels = 12;

    private static readonly Outcome s_result = new Outcome.Result<int>(0);
    private static readonly SubmitOptions s_plain = new();

    private readonly ScaleOptions _options;
    private readonly Random _random = new(17);
    private readonly LabelSet[] _requirements;
    private readonly string[][] _labels;
    private int _lastNode;
    private int _waiting;

    public FakeCluster(ScaleOptions options)
    {
        _options = options;
        Settings = options.Alone == 0 ? s_plain : new SubmitOptions { CrashRetries = 1 };
        string[] common = [.. Enumerable.Range(0, CommonLabels).Select(static i => $"common={i}")];
        _labels = [.. Enumerable.Range(0, options.Labels).Select(i => (string[])[.. common, Zone(i)])];
        _requirements = [.. Enumerable.Range(0, options.Requirements).Select(i => options.Fit switch
        {
            Fit.One => LabelSet.Of(Zone(i % options.Labels), common[i / options.Labels % CommonLabels]),
            Fit.Nobody => LabelSet.Of($"nobody={i}"),
            _ => LabelSet.Of(common.Where((_, bit) => ((i + 1) >> bit & 1) == 1)),
        })];
        Scheduler = new Scheduler(new SchedulerOptions
        {
            TaskTimeout = Timeout.InfiniteTimeSpan,
            CancellationGrace = TimeSpan.FromMinutes(10),
            ShutdownTimeout = TimeSpan.FromMinutes(10),
            EndPatience = TimeSpan.FromMinutes(10),
            TimeProvider = TimeProvider.System,
            Logger = NullLogger.Instance,
        });
        Scheduler.Use(this);
    }

    public Scheduler Scheduler { get; }

    public List<FakeNode> Nodes { get; } = [];

    /// <summary>The settings of the tasks that are submitted from now on.</summary>
    public SubmitOptions Settings { get; set; }

    /// <summary>How many tasks were submitted that some node can run.</summary>
    public long Submitted { get; private set; }

    public long Ended { get; private set; }

    /// <summary>How many ended with a result.</summary>
    public long Succeeded { get; private set; }

    public override int MaxSlots => _options.Nodes;

    private static string Zone(int number) => $"zone={number}";

    public void HasEnded(Outcome outcome)
    {
        Ended++;
        Succeeded += outcome == s_result ? 1 : 0;
    }

    public override void Demand(int waiting) => _waiting = waiting;

    public override SourceSnapshot Snapshot() =>
        new([.. Nodes.Select(static node => new SlotReport(node, WorkerState.Idle, TimeSpan.Zero, TasksDone: 0, ResidentBytes: null))]);

    public override ValueTask CloseAsync() => ValueTask.CompletedTask;

    /// <summary>A node that joins.</summary>
    /// <param name="isUnlike">Whether it has a label that no node before it had, such as its own name.</param>
    public FakeNode NewNode(bool isUnlike = false)
    {
        int number = ++_lastNode;
        string[] labels = _labels[number % _labels.Length];
        return new FakeNode(number, _options.Slots, LabelSet.Of(isUnlike ? [.. labels, $"host={number}"] : labels));
    }

    public void Join(FakeNode node)
    {
        Nodes.Add(node);
        Scheduler.Add(node);
        Scheduler.Open(node);
    }

    /// <summary>All nodes join, so many of their slots become busy, and so many tasks wait.</summary>
    public void Fill()
    {
        JoinAll();
        long busy = (long)_options.Nodes * _options.Slots * _options.Busy / 100;
        for (long i = 0; i < busy; i++)
            SubmitFitting();
        if (_options.Fit == Fit.Nobody)
        {
            foreach (LabelSet requirement in _requirements)
                Submit(requirement);
        }
        FillQueue();
        for (int i = 0; i < _options.Alone; i++)
            LoseWithSuspects();
        Replenish();
    }

    /// <summary>A node is lost, and each of its tasks may be the reason, so that it runs alone now.</summary>
    private void LoseWithSuspects()
    {
        FakeNode node = AnyNode();
        Nodes.Remove(node);
        Scheduler.Lost(node, LossOf(node, areSuspects: true));
    }

    /// <summary>Makes up for what was lost.</summary>
    public void Replenish(bool queueOnly = false)
    {
        if (!queueOnly)
            JoinAll();
        FillQueue();
    }

    private void JoinAll()
    {
        while (Nodes.Count < _options.Nodes)
            Join(NewNode());
    }

    private void FillQueue()
    {
        while (_waiting < _options.Queued)
            SubmitFitting();
    }

    /// <summary>Submits a task that some node can run, with the next requirement.</summary>
    public void SubmitFitting()
    {
        bool isPlain = _requirements.Length == 0 || _options.Fit == Fit.Nobody;
        Submit(isPlain ? LabelSet.Empty : _requirements[Submitted % _requirements.Length]);
        Submitted++;
    }

    private void Submit(LabelSet requirement) =>
        Scheduler.Submit(new FakeTask(Scheduler.NextId(), Settings, this) { Requires = requirement });

    public FakeNode AnyNode() => Nodes[_random.Next(Nodes.Count)];

    /// <summary>Some node reports the ends of some tasks, and as many new ones are submitted.</summary>
    public int Turn()
    {
        FakeNode node = AnyNode();
        int count = Report(node, _options.Ends);
        for (int i = 0; i < count; i++)
            SubmitFitting();
        return count;
    }

    /// <summary>A node reports the ends of some tasks, of so many at most.</summary>
    public int Report(FakeNode node, int most)
    {
        var ends = new TaskEnd[Math.Min(most, node.Tasks.Count)];
        for (int i = 0; i < ends.Length; i++)
            ends[i] = new TaskEnd(node.Take(_random), s_result);
        Scheduler.Finished(node, ends);
        return ends.Length;
    }

    /// <summary>A node is lost with all its tasks.</summary>
    public void Lose(FakeNode node)
    {
        Nodes.Remove(node);
        Scheduler.Lost(node, LossOf(node));
    }

    public static SlotLoss LossOf(FakeNode node, bool areSuspects = false)
    {
        TaskFailure facts = node.Facts.ToFailure(FailureCause.Crash, TaskPhase.Running, attempt: 1);
        if (areSuspects)
            facts = facts with { SharedWith = [new TaskNeighbour { TaskId = 0, Name = "another" }] };
        return new SlotLoss
        {
            Otherwise = facts,
            Tasks = node.Tasks.ToDictionary(static task => task, _ => new TaskLoss(facts, IsSuspect: false)),
        };
    }
}
