namespace Offloop.Scheduling;

/// <summary>Tasks in order, linked through themselves: any of them leaves in constant time. Not thread-safe.</summary>
internal sealed class WorkItemList
{
    public WorkItem? First { get; private set; }

    public WorkItem? Last { get; private set; }

    public int Count { get; private set; }

    public void InsertAfter(WorkItem item, WorkItem? before)
    {
        Count++;
        WorkItem? after = before is null ? First : before.Next;
        (item.Previous, item.Next) = (before, after);
        if (before is null)
            First = item;
        else
            before.Next = item;
        if (after is null)
            Last = item;
        else
            after.Previous = item;
    }

    public void Remove(WorkItem item)
    {
        Count--;
        if (item.Previous is null)
            First = item.Next;
        else
            item.Previous.Next = item.Next;
        if (item.Next is null)
            Last = item.Previous;
        else
            item.Next.Previous = item.Previous;
        (item.Previous, item.Next) = (null, null);
    }
}
