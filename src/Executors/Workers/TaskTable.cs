using Offloop.Tasks;

namespace Offloop.Workers;

/// <summary>The tasks that one worker has, by the numbers that they have there: 1, 2, 3 … in the order in which it runs them.
/// Thread-safe.</summary>
internal sealed class TaskTable(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Row> _rows = [];
    private TaskItem? _doomed;
    private int _lastSequence;
    private long _done;
    private long _idleSince = time.GetTimestamp();
    private bool _isClosed;

    /// <summary>How many tasks the worker has ended.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>How long there has been no task.</summary>
    public TimeSpan IdleTime
    {
        get
        {
            lock (_lock)
                return _rows.Count > 0 ? TimeSpan.Zero : time.GetElapsedTime(_idleSince);
        }
    }

    /// <summary>The task that runs, for log lines.</summary>
    public long? CurrentTaskId
    {
        get
        {
            lock (_lock)
                return First_NeedsLock?.Id;
        }
    }

    /// <summary>A task by its id, or null; the task that runs if there is no id.</summary>
    public TaskItem? TaskOf(long? id)
    {
        lock (_lock)
            return id is null ? First_NeedsLock : _rows.Values.Select(static row => row.Item).FirstOrDefault(item => item.Id == id);
    }

    /// <summary>Starts the idle time anew.</summary>
    public void Touch()
    {
        lock (_lock)
            _idleSince = time.GetTimestamp();
    }

    /// <summary>Gives a task its number; 0 if the worker is gone, and the task is elsewhere already.</summary>
    /// <param name="item">The task.</param>
    /// <param name="isAlone">Whether the worker has no other task.</param>
    public int TryAdd(TaskItem item, out bool isAlone)
    {
        lock (_lock)
        {
            isAlone = _rows.Count == 0;
            if (_isClosed)
                return 0;
            _rows.Add(++_lastSequence, new Row(item, IsEnding: false));
            return _lastSequence;
        }
    }

    /// <summary>The task with that number, or null.</summary>
    public TaskItem? Find(int sequence)
    {
        lock (_lock)
            return _rows.TryGetValue(sequence, out Row row) ? row.Item : null;
    }

    public int? SequenceOf(TaskItem item)
    {
        lock (_lock)
        {
            foreach ((int sequence, Row row) in _rows)
            {
                if (row.Item == item)
                    return sequence;
            }
            return null;
        }
    }

    /// <summary>Notes that the ends of tasks are here and are going to be read: a death of the worker does not concern them any
    /// more.</summary>
    /// <param name="sequences">The numbers.</param>
    /// <param name="items">Takes the task of each number; null if the worker does not have it, if its end came before, or if the worker
    /// was killed for it.</param>
    public void BeginEnds(ReadOnlySpan<int> sequences, Span<TaskItem?> items)
    {
        lock (_lock)
        {
            for (int i = 0; i < sequences.Length; i++)
            {
                items[i] = null;
                if (!_rows.TryGetValue(sequences[i], out Row row) || row.IsEnding || row.Item == _doomed)
                    continue;
                _rows[sequences[i]] = row with { IsEnding = true };
                items[i] = row.Item;
            }
        }
    }

    /// <summary>Takes tasks out whose ends have been read.</summary>
    public void CompleteEnds(ReadOnlySpan<int> sequences)
    {
        lock (_lock)
        {
            foreach (int sequence in sequences)
                _done += _rows.Remove(sequence) ? 1 : 0;
            _idleSince = time.GetTimestamp();
        }
    }

    /// <summary>The end of a task did not arrive after all: the task is lost with its worker. False if the worker is gone already, and left
    /// this task out.</summary>
    public bool TryAbortEnd(int sequence)
    {
        lock (_lock)
        {
            if (_isClosed)
                return false;
            if (_rows.TryGetValue(sequence, out Row row))
                _rows[sequence] = row with { IsEnding = false };
            return true;
        }
    }

    /// <summary>Takes a task out that the worker has not run; null if it does not have it, or if the worker was killed for it.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="isDone">Whether it counts as one that the worker has ended: it has its outcome, and does not come back.</param>
    public TaskItem? Release(int sequence, bool isDone)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(sequence, out Row row) || row.IsEnding || row.Item == _doomed)
                return null;
            _rows.Remove(sequence);
            _done += isDone ? 1 : 0;
            _idleSince = time.GetTimestamp();
            return row.Item;
        }
    }

    /// <summary>Marks the task that the worker is going to be killed for, if it is the one that runs: no end of it counts any more. It
    /// runs if the worker has noted the end of every task before it.</summary>
    /// <param name="item">The task.</param>
    /// <param name="isNoted">Whether the worker has noted the end of the task with a number. The end may not have come.</param>
    public Doom TryDoom(TaskItem item, Predicate<int> isNoted)
    {
        lock (_lock)
        {
            bool isBehind = false;
            foreach ((int sequence, Row row) in _rows.OrderBy(static row => row.Key))
            {
                bool hasEnded = row.IsEnding || isNoted(sequence);
                if (row.Item != item)
                {
                    isBehind |= !hasEnded;
                    continue;
                }
                if (hasEnded)
                    return row.IsEnding ? Doom.Ending : Doom.Noted;
                if (!isBehind)
                    _doomed = item;
                return isBehind ? Doom.Waiting : Doom.Running;
            }
            return Doom.Unknown;
        }
    }

    /// <summary>Empties the table for good.</summary>
    public Remains Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            var remains = new Remains(
                _rows.Where(static row => !row.Value.IsEnding).ToDictionary(static row => row.Value.Item, static row => row.Key),
                _rows.Values.Where(static row => row.IsEnding).Select(static row => row.Item).ToHashSet());
            foreach (int sequence in remains.Sequences.Values)
                _rows.Remove(sequence);
            return remains;
        }
    }

    /// <summary>A worker runs its tasks in the order of their numbers.</summary>
    private TaskItem? First_NeedsLock
    {
        get
        {
            (int Sequence, TaskItem? Item) first = (int.MaxValue, null);
            foreach ((int sequence, Row row) in _rows)
            {
                if (!row.IsEnding && sequence < first.Sequence)
                    first = (sequence, row.Item);
            }
            return first.Item;
        }
    }

    /// <summary>A task that the worker has.</summary>
    /// <param name="Item">The task.</param>
    /// <param name="IsEnding">Whether its end is here and is being read.</param>
    private readonly record struct Row(TaskItem Item, bool IsEnding);

    /// <summary>The tasks that a worker had when it was gone.</summary>
    /// <param name="Sequences">Those without an end, with their numbers.</param>
    /// <param name="Ending">Those whose end is being read.</param>
    public readonly record struct Remains(Dictionary<TaskItem, int> Sequences, HashSet<TaskItem> Ending);
}

/// <summary>The standing of a task for which its worker may have to be killed.</summary>
internal enum Doom
{
    /// <summary>The worker does not have it.</summary>
    Unknown,

    /// <summary>It runs, and is marked now.</summary>
    Running,

    /// <summary>It waits behind another one.</summary>
    Waiting,

    /// <summary>The worker has noted its end, which has not come.</summary>
    Noted,

    /// <summary>Its end is here.</summary>
    Ending,
}
