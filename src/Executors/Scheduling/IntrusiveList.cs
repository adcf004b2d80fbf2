namespace Offloop.Scheduling;

/// <summary>A link of an <see cref="IntrusiveList{T}"/>: it is on one list at most.</summary>
internal abstract class IntrusiveNode<T>
    where T : IntrusiveNode<T>
{
    public T? Previous { get; set; }

    public T? Next { get; set; }
}

/// <summary>A list whose nodes are its links, so that any of them leaves in constant time and nothing is allocated. Not
/// thread-safe.</summary>
internal sealed class IntrusiveList<T>
    where T : IntrusiveNode<T>
{
    public T? First { get; private set; }

    public T? Last { get; private set; }

    public int Count { get; private set; }

    public void Add(T node) => InsertAfter(node, Last);

    public void InsertAfter(T node, T? before)
    {
        Count++;
        T? after = before is null ? First : before.Next;
        (node.Previous, node.Next) = (before, after);
        if (before is null)
            First = node;
        else
            before.Next = node;
        if (after is null)
            Last = node;
        else
            after.Previous = node;
    }

    public void Remove(T node)
    {
        Count--;
        if (node.Previous is null)
            First = node.Next;
        else
            node.Previous.Next = node.Next;
        if (node.Next is null)
            Last = node.Previous;
        else
            node.Next.Previous = node.Previous;
        (node.Previous, node.Next) = (null, null);
    }

    public IEnumerable<T> Nodes()
    {
        for (T? node = First; node is not null; node = node.Next)
            yield return node;
    }
}
