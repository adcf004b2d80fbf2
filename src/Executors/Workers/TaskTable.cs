using Offloop.Protocol;
using Offloop.Tasks;

namespace Offloop.Workers;

/// <summary>The tasks that one worker has, by the numbers that they have there: 1, 2, 3 … in the order in which it starts them. A number is
/// left out if its mark still belongs to a task that has been there for long. Thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="threads">How many tasks the worker runs at once.</param>
internal sealed class TaskTable(TimeProvider time, int threads)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Row> _rows = [];
    private readonly bool[] _marked = new bool[StartMark.Words]; // the marks whose task is here
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

    /// <summary>Whether there is a task whose end is not here.</summary>
    public bool IsBusy => Has(RowState.Here) || Has(RowState.Doomed);

    /// <summary>Whether there is a task for which the worker is not going to be killed.</summary>
    public bool HasOthers => Has(RowState.Here) || Has(RowState.Ending);

    /// <summary>How many tasks still run for which the worker is going to be killed.</summary>
    public int Stuck
    {
        get
        {
            lock (_lock)
                return _rows.Values.Count(static row => row.State == RowState.Doomed);
        }
    }

    /// <summary>A task for which the worker is going to be killed, or null.</summary>
    public TaskItem? Condemning
    {
        get
        {
            lock (_lock)
                return _rows.Values.FirstOrDefault(static row => row.IsDoomed).Item;
        }
    }

    /// <summary>A task by its id, or null. Without an id the task that runs, if no other one can.</summary>
    public TaskItem? TaskOf(long? id)
    {
        lock (_lock)
        {
            if (id is not null)
                return _rows.Values.Select(static row => row.Item).FirstOrDefault(item => item.Id == id);
            Row[] running =
                [.. _rows.Where(static row => row.Value.IsUnended).OrderBy(static row => row.Key).Select(static row => row.Value)];
            return running.Length == 1 || threads == 1 ? running.FirstOrDefault().Item : null;
        }
    }

    /// <summary>Whether the worker was to be killed for the task with this number.</summary>
    public bool IsDoomed(int sequence)
    {
        lock (_lock)
            return _rows.TryGetValue(sequence, out Row row) && row.IsDoomed;
    }

    /// <summary>Starts the idle time anew.</summary>
    public void Touch()
    {
        lock (_lock)
            _idleSince = time.GetTimestamp();
    }

    /// <summary>Gives a task its number; 0 if the worker is gone, and the task is elsewhere already.</summary>
    /// <param name="item">The task.</param>
    /// <param name="startsAtOnce">Whether the worker has a thread for it.</param>
    public int TryAdd(TaskItem item, out bool startsAtOnce)
    {
        lock (_lock)
        {
            startsAtOnce = _rows.Count < threads;
            if (_isClosed)
                return 0;
            do
                _lastSequence++;
            while (_marked[StartMark.IndexOf(_lastSequence)]);
            _marked[StartMark.IndexOf(_lastSequence)] = true;
            _rows.Add(_lastSequence, new Row(item, RowState.Here));
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
            return SequenceOf_NeedsLock(item);
    }

    /// <summary>Notes that the ends of tasks are here and are going to be read: a death of the worker does not concern them any
    /// more.</summary>
    /// <param name="sequences">The numbers.</param>
    /// <param name="items">Takes the task of each number; null if the worker does not have it, if its end came before, or if the worker
    /// is killed for it.</param>
    public void BeginEnds(ReadOnlySpan<int> sequences, Span<TaskItem?> items)
    {
        lock (_lock)
        {
            for (int i = 0; i < sequences.Length; i++)
            {
                items[i] = null;
                if (!_rows.TryGetValue(sequences[i], out Row row))
                    continue;
                if (row.State == RowState.Here)
                    items[i] = row.Item;
                // The row of a doomed one stays, because payloads of it may still come.
                _rows[sequences[i]] = row with { State = row.IsDoomed ? RowState.DoomedEnded : RowState.Ending };
            }
        }
    }

    /// <summary>Takes tasks out whose ends have been read.</summary>
    public void CompleteEnds(ReadOnlySpan<int> sequences)
    {
        lock (_lock)
        {
            foreach (int sequence in sequences)
                _done += Remove_NeedsLock(sequence) ? 1 : 0;
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
                _rows[sequence] = row with { State = RowState.Here };
            return true;
        }
    }

    /// <summary>Takes a task out that the worker has not run; null if it does not have it, or if the worker is killed for it.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="isDone">Whether it counts as one that the worker has ended: it has its outcome, and does not come back.</param>
    public TaskItem? Release(int sequence, bool isDone)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(sequence, out Row row) || row.State != RowState.Here)
                return null;
            Remove_NeedsLock(sequence);
            _done += isDone ? 1 : 0;
            _idleSince = time.GetTimestamp();
            return row.Item;
        }
    }

    /// <summary>Marks a task that the worker is going to be killed for, if it runs: no end of it counts any more. It runs if the worker has
    /// a thread for it, because enough of the tasks before it have ended by the worker's notes.</summary>
    /// <param name="item">The task.</param>
    /// <param name="noted">How far the task with a number is by the worker's notes.</param>
    /// <param name="spares">Whether tasks that run beside it are spared.</param>
    public Doom TryDoom(TaskItem item, Func<int, TaskPhase> noted, bool spares)
    {
        lock (_lock)
        {
            if (SequenceOf_NeedsLock(item) is not { } sequence || _rows[sequence].IsDoomed)
                return Doom.Unknown;
            if (_rows[sequence].State == RowState.Ending)
                return Doom.Ending;
            if (noted(sequence) == TaskPhase.ResultLost)
                return Doom.Noted;
            if (_rows.Count(row => row.Key < sequence && IsUnended(row)) >= threads)
                return Doom.Waiting;
            bool isShared = spares && _rows.Any(row => row.Key != sequence
                && (row.Value.State == RowState.Ending || (row.Value.State == RowState.Here && noted(row.Key) == TaskPhase.Running)));
            _rows[sequence] = new Row(item, RowState.Doomed);
            return isShared ? Doom.Shared : Doom.Running;
        }

        bool IsUnended(KeyValuePair<int, Row> row) => row.Value.IsUnended && noted(row.Key) != TaskPhase.ResultLost;
    }

    /// <summary>The tasks that run, by the worker's notes.</summary>
    public IReadOnlyList<TaskItem> Running(Func<int, TaskPhase> noted)
    {
        lock (_lock)
            return [.. _rows.Where(row => row.Value.IsUnended && noted(row.Key) == TaskPhase.Running).Select(static row => row.Value.Item)];
    }

    /// <summary>Empties the table for good.</summary>
    public Remains Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            var remains = new Remains(
                _rows.Where(static row => row.Value.State != RowState.Ending)
                    .ToDictionary(static row => row.Value.Item, static row => row.Key),
                _rows.Values.Where(static row => row.State == RowState.Ending).Select(static row => row.Item).ToHashSet(),
                _rows.Values.Where(static row => row.State == RowState.DoomedEnded).Select(static row => row.Item).ToHashSet());
            foreach (int sequence in remains.Sequences.Values)
                _rows.Remove(sequence);
            return remains;
        }
    }

    private bool Has(RowState state)
    {
        lock (_lock)
        {
            foreach (Row row in _rows.Values)
            {
                if (row.State == state)
                    return true;
            }
            return false;
        }
    }

    private int? SequenceOf_NeedsLock(TaskItem item)
    {
        foreach ((int sequence, Row row) in _rows)
        {
            if (row.Item == item)
                return sequence;
        }
        return null;
    }

    private bool Remove_NeedsLock(int sequence)
    {
        if (!_rows.Remove(sequence))
            return false;
        _marked[StartMark.IndexOf(sequence)] = false;
        return true;
    }

    private enum RowState
    {
        /// <summary>The worker has the task.</summary>
        Here,

        /// <summary>Its end is here and is being read.</summary>
        Ending,

        /// <summary>The worker is going to be killed for it.</summary>
        Doomed,

        /// <summary>The same, and it has ended after all.</summary>
        DoomedEnded,
    }

    /// <summary>A task that the worker has.</summary>
    private readonly record struct Row(TaskItem Item, RowState State)
    {
        public bool IsDoomed => State is RowState.Doomed or RowState.DoomedEnded;

        public bool IsUnended => State is RowState.Here or RowState.Doomed;
    }

    /// <summary>The tasks that a worker had when it was gone.</summary>
    /// <param name="Sequences">Those without an end that counts, with their numbers.</param>
    /// <param name="Ending">Those whose end is being read.</param>
    /// <param name="Ended">Of those with numbers, the ones whose end has come and does not count.</param>
    public readonly record struct Remains(
        Dictionary<TaskItem, int> Sequences, HashSet<TaskItem> Ending, HashSet<TaskItem> Ended);
}

/// <summary>The standing of a task for which its worker may have to be killed.</summary>
internal enum Doom
{
    /// <summary>The worker does not have it.</summary>
    Unknown,

    /// <summary>It runs, and is marked now.</summary>
    Running,

    /// <summary>It runs, is marked now, and others that run beside it are to be spared.</summary>
    Shared,

    /// <summary>It waits behind another one.</summary>
    Waiting,

    /// <summary>The worker has noted its end, which has not come.</summary>
    Noted,

    /// <summary>Its end is here.</summary>
    Ending,
}
