using System.Runtime.CompilerServices;
using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

/// <summary>Hundreds of requirements at once, as a cluster has them. What that costs is measured by <c>./build.cmd scale</c>; here is what
/// it costs nothing for.</summary>
public sealed class ManyRequirementsTests
{
    private const int Requirements = 500;
    private const int Slots = 40;
    private const int Labels = 12;

    private static readonly SubmitOptions[] s_priorities = [.. Enumerable.Range(0, 3).Select(static priority =>
        new SubmitOptions { Priority = priority, CrashRetries = int.MaxValue })];

    /// <summary>Different sets of one to four of the labels.</summary>
    private static readonly string[][] s_requirements = [.. Enumerable.Range(1, (1 << Labels) - 1)
        .Where(static bits => int.PopCount(bits) <= 4)
        .Take(Requirements)
        .Select(static bits => Enumerable.Range(0, Labels).Where(label => (bits >> label & 1) == 1).Select(Label).ToArray())];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_place_goes_to_the_first_task_that_may_have_it(int seed)
    {
        var random = new Random(seed);
        var run = new Reference(random);
        for (int i = 0; i < Slots; i++)
            run.Open(run.SomeLabels());
        for (int i = 0; i < 2 * Requirements; i++)
            run.Submit();
        for (int i = 0; i < 1_500; i++)
        {
            switch (random.Next(100))
            {
                case < 40:
                    run.Submit();
                    break;
                case < 85:
                    run.EndOne();
                    break;
                case < 93:
                    run.CancelOne();
                    break;
                default:
                    run.LoseOne();
                    break;
            }
        }
        Assert.True(run.Ended > 400);
    }

    [Fact]
    public void A_task_is_not_looked_at_again_before_a_slot_that_fits_it_has_room()
    {
        var test = new TestScheduler();
        TestSlot plain = test.Open();
        FakeItem[] nobodys = [.. s_requirements.Select(labels => test.Submit(labels))];
        for (int i = 0; i < 3; i++)
            test.Finish(plain, test.Submit());
        Assert.All(nobodys, static item => Assert.True(item.IsStuck));

        test.Submit(); // now no other slot has room
        TestSlot fits = test.Open(window: 1, s_requirements[^1]);
        Assert.Equal([$"send {nobodys.First(Fits).Id}"], fits.Calls);
        Assert.All(nobodys, item => Assert.Equal(!Fits(item), item.IsStuck));
        test.Scheduler.RequireInvariants();

        bool Fits(FakeItem item) => fits.Labels.Satisfies(item.Requires);
    }

    [Fact]
    public void To_go_through_the_requirements_allocates_nothing()
    {
        var queue = new WorkQueue();
        long id = 0;
        foreach (string[] labels in s_requirements.Concat(s_requirements))
            queue.Enqueue(new FakeItem(++id) { Requires = LabelSet.Of(labels) });
        FakeItem[] more = [.. s_requirements.Select(labels => new FakeItem(++id) { Requires = LabelSet.Of(labels) })];
        Replace(more[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (FakeItem item in more.AsSpan(1))
            Replace(item);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(Requirements, queue.Firsts.Length);

        void Replace(FakeItem item)
        {
            queue.TryDequeue();
            queue.Enqueue(item);
        }
    }

    [Fact]
    public void Labels_that_no_slot_has_any_more_are_forgotten()
    {
        var test = new TestScheduler();
        TestSlot stays = test.Open(window: 1, "host=1");
        WeakReference[] gone = [.. Enumerable.Range(2, 20).Select(host => ComeAndGo(test.Scheduler, host))];
        GC.Collect();
        Assert.All(gone, static labels => Assert.False(labels.IsAlive));
        test.Submit("host=1");
        Assert.Equal(["send 1"], stays.Calls);
    }

    [Fact]
    public void A_snapshot_is_written_while_others_have_the_lock()
    {
        var test = new TestScheduler();
        test.Open();
        bool wasFree = false;
        test.Submit(new FakeItem(test.Scheduler.NextId())
        {
            OnNamed = () => wasFree =
                Task.Run(() => test.Scheduler.State, TestContext.Current.CancellationToken).Wait(TimeSpan.FromSeconds(10)),
        });
        Assert.Equal("Fake", Assert.Single(Assert.Single(test.Scheduler.Snapshot().Workers).Tasks).Name);
        Assert.True(wasFree);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ComeAndGo(Scheduler scheduler, int host)
    {
        var slot = new TestSlot(host, labels: $"host={host}");
        scheduler.Add(slot);
        scheduler.Open(slot);
        if (host % 2 == 0)
            Assert.True(scheduler.TryRemoveIdle(slot));
        else
            scheduler.Lost(slot, new SlotLoss { Otherwise = slot.Facts.ToFailure(FailureCause.Crash, TaskPhase.Unknown, attempt: 0) });
        return new WeakReference(slot.Labels);
    }

    private static string Label(int number) => $"label{number}";

    /// <summary>A scheduler, and what has to be true of it: a plain list of the tasks that wait, and who has what.</summary>
    private sealed class Reference(Random random)
    {
        private readonly TestScheduler _test = new();
        private readonly List<FakeItem> _waiting = [];
        private readonly Dictionary<TestSlot, FakeItem?> _slots = [];

        public int Ended { get; private set; }

        public string[] SomeLabels() => [.. Enumerable.Range(0, Labels).Where(_ => random.Next(3) > 0).Select(Label)];

        public void Open(string[] labels)
        {
            _slots.Add(_test.Open(window: 1, labels), null);
            Settle();
        }

        public void Submit()
        {
            var item = new FakeItem(_test.Scheduler.NextId(), s_priorities[random.Next(s_priorities.Length)])
            {
                Requires = LabelSet.Of(s_requirements[random.Next(Requirements)]),
            };
            _waiting.Add(item);
            _test.Submit(item);
            Settle();
        }

        public void EndOne()
        {
            if (SomeBusy() is not { } slot)
                return;
            FakeItem item = _slots[slot]!;
            _slots[slot] = null;
            _test.Finish(slot, item);
            Ended++;
            Settle();
        }

        public void CancelOne()
        {
            FakeItem item = _waiting[random.Next(_waiting.Count)];
            _waiting.Remove(item);
            _test.Scheduler.Cancel(item);
            Settle();
        }

        /// <summary>A slot is lost, its task goes back to its place, and another slot with the same labels comes.</summary>
        public void LoseOne()
        {
            if (SomeBusy() is not { } slot)
                return;
            FakeItem item = _slots[slot]!;
            _slots.Remove(slot);
            _waiting.Add(item);
            TaskFailure facts = slot.Facts.ToFailure(FailureCause.Crash, TaskPhase.Running, attempt: 1);
            _test.Scheduler.Lost(slot, new SlotLoss
            {
                Otherwise = facts,
                Tasks = new Dictionary<WorkItem, TaskLoss> { [item] = new(facts, IsSuspect: false) },
            });
            Settle();
            _slots.Add(_test.Open(window: 1, [.. Enumerable.Range(0, Labels).Select(Label).Where(label =>
                slot.Labels.Satisfies(LabelSet.Of(label)))]), null);
            Settle();
        }

        private TestSlot? SomeBusy()
        {
            TestSlot[] busy = [.. _slots.Keys.Where(slot => _slots[slot] is not null)];
            return busy.Length == 0 ? null : busy[random.Next(busy.Length)];
        }

        /// <summary>The tasks in their order take the idle slots that fit them, whichever the scheduler has chosen; no other one has
        /// moved.</summary>
        private void Settle()
        {
            List<TestSlot> idle = [.. _slots.Keys.Where(slot => _slots[slot] is null)];
            FakeItem[] inOrder =
                [.. _waiting.OrderByDescending(static item => item.Options.Priority).ThenBy(static item => item.Id)];
            foreach (FakeItem item in inOrder)
            {
                if (!idle.Exists(slot => slot.Labels.Satisfies(item.Requires)))
                {
                    Assert.Null(item.Entry);
                    continue;
                }
                TestSlot taken = Assert.IsType<TestSlot>(item.Entry?.Slot);
                Assert.True(idle.Remove(taken) && taken.Labels.Satisfies(item.Requires));
                _slots[taken] = item;
                _waiting.Remove(item);
            }
            Assert.All(_slots, static pair => Assert.True(pair.Value is null || pair.Value.Entry?.Slot == pair.Key));
        }
    }
}
