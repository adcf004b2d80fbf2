using System.Buffers.Binary;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <summary>Keeps the ends of tasks that a worker gathers to report together, in the file of its <see cref="StartMark"/>. An end that is
/// noted here is not lost with the worker, so a task that kills the worker takes no finished neighbour along. One thread at a time writes;
/// the coordinator reads once the worker is gone.
/// <para>The file holds the number of bytes of records, then the records. A record counts once that number includes it.</para></summary>
internal sealed unsafe class EndJournal(byte* start, int capacity)
{
    private const int CountBytes = sizeof(int);
    private const int HeaderBytes = 3 * sizeof(int) + 2 * sizeof(byte);

    private int _used;

    /// <summary>Notes an end; false if there is no room for it, or if it has to be reported at once.</summary>
    public bool TryAdd(FinishedTask task)
    {
        PayloadRef result = task.Result;
        int bytes = HeaderBytes + result.Bytes.Length;
        if (task.Error is not null || result.IsOnDataPipe || bytes > capacity - CountBytes - _used)
            return false;
        var record = new Span<byte>(start + CountBytes + _used, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(record, task.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(record[sizeof(int)..], (int)Math.Min(task.Microseconds, int.MaxValue));
        BinaryPrimitives.WriteInt32LittleEndian(record[(2 * sizeof(int))..], result.Bytes.Length);
        record[3 * sizeof(int)] = (byte)task.Kind;
        record[3 * sizeof(int) + 1] = (byte)result.Kind;
        result.Bytes.Span.CopyTo(record[HeaderBytes..]);
        _used += bytes;
        Volatile.Write(ref *(int*)start, _used);
        return true;
    }

    /// <summary>Forgets what has been reported.</summary>
    public void Clear()
    {
        _used = 0;
        Volatile.Write(ref *(int*)start, 0);
    }

    /// <summary>Returns the records as far as they make sense: the worker that wrote them is not trusted.</summary>
    public static FinishedTask[] Read(ReadOnlySpan<byte> journal)
    {
        List<FinishedTask> ends = [];
        int used = BinaryPrimitives.ReadInt32LittleEndian(journal);
        journal = journal[CountBytes..];
        if (used < 0 || used > journal.Length)
            return [];
        journal = journal[..used];
        while (journal.Length >= HeaderBytes)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(journal[(2 * sizeof(int))..]);
            if (length < 0 || length > journal.Length - HeaderBytes)
                break;
            var kind = (PayloadKind)journal[3 * sizeof(int) + 1];
            ends.Add(new FinishedTask
            {
                Sequence = BinaryPrimitives.ReadInt32LittleEndian(journal),
                Kind = (FinishKind)journal[3 * sizeof(int)],
                Microseconds = BinaryPrimitives.ReadInt32LittleEndian(journal[sizeof(int)..]),
                Result = PayloadRef.Inline(new Payload(kind, journal.Slice(HeaderBytes, length).ToArray())),
            });
            journal = journal[(HeaderBytes + length)..];
        }
        return [.. ends];
    }
}
