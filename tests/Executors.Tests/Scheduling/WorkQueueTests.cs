using Offloop.Scheduling;

namespace Offloop.Tests.Scheduling;

public class WorkQueueTests
{
    private readonly WorkQueue _queue = new();

    [Fact]
    [Trait("Conformance", "I101")]
    public void The_highest_priority_leaves_first_and_within_one_the_first_come()
    {
        foreach ((long id, int priority) in new[] { (1L, 0), (2L, 5), (3L, 0), (4L, -1), (5L, 5) })
            _queue.Enqueue(Item(id, priority));
        Assert.Equal(5, _queue.Count);
        Assert.Equal([2, 5, 1, 3, 4], Drain());
        Assert.Equal(0, _queue.Count);
        Assert.Null(_queue.TryDequeue());
    }

    [Fact]
    public void An_item_leaves_from_anywhere()
    {
        WorkItem[] items = [.. Enumerable.Range(1, 6).Select(id => Item(id, id % 2))];
        Array.ForEach(items, _queue.Enqueue);
        _queue.Remove(items[0]); // the first of its lane
        _queue.Remove(items[5]); // the last of its lane
        _queue.Remove(items[3]);
        _queue.Remove(items[1]); // the lane is empty now
        Assert.Equal([3, 5], Drain());
        _queue.Enqueue(items[1]); // and may come again
        Assert.Equal([2], Drain());
    }

    [Fact]
    public void An_item_that_comes_back_takes_its_old_place()
    {
        WorkItem[] items = [.. Enumerable.Range(1, 5).Select(id => Item(id, 0))];
        Array.ForEach(items, _queue.Enqueue);
        WorkItem first = _queue.TryDequeue()!;
        WorkItem second = _queue.TryDequeue()!;
        WorkItem third = _queue.TryDequeue()!;
        _queue.Restore(second);
        _queue.Restore(third);
        _queue.Restore(first);
        Assert.Equal([1, 2, 3, 4, 5], Drain());
        _queue.Restore(second); // also into an empty queue
        Assert.Equal([2], Drain());
    }

    [Fact]
    public void It_agrees_with_a_sorted_list_whatever_is_done()
    {
        var random = new Random(5);
        var model = new SortedSet<(int Priority, long Id)>();
        var items = new Dictionary<long, WorkItem>();
        for (int step = 1; step <= 20_000; step++)
        {
            int action = random.Next(5);
            if (action < 2 || model.Count == 0)
            {
                WorkItem item = Item(step, random.Next(-2, 3));
                items[item.Id] = item;
                _queue.Enqueue(item);
                model.Add((-item.Options.Priority, item.Id));
            }
            else if (action == 2)
            {
                (int priority, long id) = model.ElementAt(random.Next(model.Count));
                _queue.Remove(items[id]);
                model.Remove((priority, id));
            }
            else
            {
                WorkItem item = _queue.TryDequeue()!;
                Assert.Equal(model.Min.Id, item.Id);
                model.Remove(model.Min);
                if (action == 4)
                {
                    _queue.Restore(item);
                    model.Add((-item.Options.Priority, item.Id));
                }
            }
            Assert.Equal(model.Count, _queue.Count);
        }
    }

    [Fact]
    public void A_list_links_and_unlinks_at_both_ends_and_between()
    {
        var list = new IntrusiveList<WorkItem>();
        WorkItem[] items = [.. Enumerable.Range(1, 3).Select(id => Item(id, 0))];
        list.InsertAfter(items[1], null);
        list.InsertAfter(items[0], null);
        list.InsertAfter(items[2], items[1]);
        Assert.Equal((items[0], items[2], 3), (list.First, list.Last, list.Count));

        list.Remove(items[1]);
        Assert.Same(items[2], items[0].Next);
        Assert.Same(items[0], items[2].Previous);
        Assert.Null(items[1].Next ?? items[1].Previous);
        list.Remove(items[2]);
        Assert.Same(items[0], list.Last);
        list.Remove(items[0]);
        Assert.Equal((null, null, 0), (list.First, list.Last, list.Count));
    }

    private static FakeItem Item(long id, int priority) => new(id, new SubmitOptions { Priority = priority });

    private List<long> Drain()
    {
        List<long> ids = [];
        while (_queue.TryDequeue() is { } item)
            ids.Add(item.Id);
        return ids;
    }
}
