using Offloop.Telemetry;

namespace Offloop.Tests;

/// <summary>Keeps the events that it hears, and lets a test wait for one.</summary>
internal sealed class TestListener(bool hearsTasks = true) : ExecutorListener
{
    private readonly Lock _lock = new();
    private readonly List<ExecutorEvent> _heard = [];
    private readonly List<(Predicate<ExecutorEvent> IsWanted, TaskCompletionSource<ExecutorEvent> Source)> _awaited = [];

    public override bool HearsTasks => hearsTasks;

    /// <summary>All events so far, in the order in which they were heard.</summary>
    public IReadOnlyList<ExecutorEvent> Heard
    {
        get
        {
            lock (_lock)
                return [.. _heard];
        }
    }

    /// <summary>Called with each event, on the thread that tells it.</summary>
    public Action<ExecutorEvent> OnEvent { get; init; } = static _ => { };

    public override void Hear(ExecutorEvent happened)
    {
        OnEvent(happened);
        lock (_lock)
        {
            _heard.Add(happened);
            foreach ((Predicate<ExecutorEvent> isWanted, TaskCompletionSource<ExecutorEvent> source) in _awaited)
            {
                if (isWanted(happened))
                    source.TrySetResult(happened);
            }
        }
    }

    /// <summary>The first such event, whether it was heard before or is still to come.</summary>
    public async Task<TEvent> EventAsync<TEvent>(Predicate<TEvent>? isWanted = null)
        where TEvent : ExecutorEvent
    {
        Predicate<ExecutorEvent> matches = happened => happened is TEvent wanted && isWanted?.Invoke(wanted) != false;
        var source = new TaskCompletionSource<ExecutorEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_heard.Find(matches) is { } before)
                return (TEvent)before;
            _awaited.Add((matches, source));
        }
        return (TEvent)await source.Task;
    }

    /// <summary>The events of the task with that name.</summary>
    public TaskEvent[] OfTask(string name) => [.. Heard.OfType<TaskEvent>().Where(happened => happened.Task.Name == name)];

    public TaskEvent[] OfTask(long id) => [.. Heard.OfType<TaskEvent>().Where(happened => happened.Task.Id == id)];

    public WorkerEvent[] OfWorker(int id) => [.. Heard.OfType<WorkerEvent>().Where(happened => happened.WorkerId == id)];

    public static IEnumerable<Type> TypesOf(IEnumerable<ExecutorEvent> events) => events.Select(static happened => happened.GetType());
}
