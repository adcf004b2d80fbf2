using System.Collections.Concurrent;
using System.Diagnostics;

namespace Offloop.Chaos;

/// <summary>The end of one task: a receipt or an exception.</summary>
internal sealed record Ending(int Task, Kind Kind, Receipt? Receipt, Exception? Error);

/// <summary>The kind of a task.</summary>
internal enum Kind
{
    Plain,

    /// <summary>The task may run again if its worker dies.</summary>
    Retried,

    /// <summary>The task has a timeout that is far longer than it takes.</summary>
    Timed,

    /// <summary>The task goes on until its timeout ends it.</summary>
    Overrunning,

    /// <summary>The task is cancelled soon after its submit.</summary>
    Cancelled,
}

/// <summary>Submits the tasks that the seed decides, and keeps the end of each.</summary>
/// <param name="options">How many, for how long.</param>
/// <param name="executor">Runs them.</param>
/// <param name="ledger">The file to which they append.</param>
/// <param name="locks">The file of their locks, if runs of one task may meet.</param>
internal sealed class Workload(ChaosOptions options, Executor executor, string ledger, string? locks = null)
{
    public static readonly TimeSpan TimedTimeout = TimeSpan.FromSeconds(1.5);

    private static readonly SubmitOptions s_timed = new() { Timeout = TimedTimeout };
    private static readonly SubmitOptions s_retried = new() { CrashRetries = 3 };
    private static readonly SubmitOptions s_overrunning = new() { Timeout = TimeSpan.FromMilliseconds(30) };
    private static readonly string s_ballast = new('b', 100_000);

    private readonly Random _random = new(~options.Seed);
    private readonly ConcurrentQueue<Ending> _endings = new();
    private volatile bool _isBroken;

    public IReadOnlyCollection<Ending> Endings => _endings;

    public int Submitted { get; private set; }

    public async Task RunAsync()
    {
        var clock = Stopwatch.StartNew();
        using var room = new SemaphoreSlim(options.InFlight);
        while (!_isBroken && Submitted < options.Tasks
            && (options.Duration == Timeout.InfiniteTimeSpan || clock.Elapsed < options.Duration))
        {
            if (_random.Next(2000) == 0)
                await Task.Delay(_random.Next(300)); // a lull, so that blows fall on idle workers too
            await room.WaitAsync();
            _ = SubmitAsync(NextOrder(out Kind kind), kind, room);
        }
        for (int i = 0; i < options.InFlight; i++)
            await room.WaitAsync();
    }

    /// <summary>How the tasks have ended, in figures.</summary>
    /// <param name="slow">Those that have timed out because the machine was starved.</param>
    /// <param name="ofLost">More of those that were lost.</param>
    public IEnumerable<(string Name, double Value)> Outcomes(int slow, params IEnumerable<(string Name, double Value)> ofLost)
    {
        Ending[] endings = [.. _endings];
        return
        [
            ("tasks submitted", Submitted),
            ("  succeeded", endings.Count(static ending => ending.Receipt is not null)),
            ("    of them after a lost attempt", endings.Count(static ending => ending.Receipt is { Attempt: > 1 })),
            ("  lost", LostWhere(static _ => true)),
            .. ofLost,
            ("  timed out", endings.Count(static ending => ending.Error is TimeoutException)),
            ("    of them on a starved machine", slow),
            ("  cancelled", endings.Count(static ending => ending.Error is OperationCanceledException)),
        ];
    }

    /// <summary>How fast it was, in figures.</summary>
    public IEnumerable<(string Name, double Value)> Times(TimeSpan loaded, TimeSpan recovery) =>
    [
        ("seconds under load", loaded.TotalSeconds),
        ("tasks per second", Submitted / loaded.TotalSeconds),
        ("seconds until whole again", recovery.TotalSeconds),
    ];

    /// <summary>How many tasks were lost in that way.</summary>
    public int LostWhere(Func<TaskFailure, bool> way) =>
        _endings.Count(ending => ending.Error is WorkerLostException lost && way(lost.Failure));

    private Order NextOrder(out Kind kind)
    {
        int draw = _random.Next(100);
        kind = draw < 67 ? Kind.Plain : draw < 77 ? Kind.Timed : draw < 97 ? Kind.Retried : draw < 99 ? Kind.Cancelled : Kind.Overrunning;
        if (kind == Kind.Overrunning && _random.Next(10) > 0)
            kind = Kind.Plain; // each costs a worker
        // Many are as short as possible, so that they travel in batches.
        int before = _random.Next(4) == 0 ? _random.Next(5) : 0;
        int after = _random.Next(4) == 0 && kind != Kind.Timed ? _random.Next(5) : 0; // its line says how long it took
        string ballast = _random.Next(100) == 0 ? s_ballast : "";
        return new Order(ledger, ++Submitted, before, after, kind == Kind.Overrunning, ballast, locks);
    }

    private async Task SubmitAsync(Order order, Kind kind, SemaphoreSlim room)
    {
        using var cancellation = new CancellationTokenSource();
        SubmitOptions? submit = kind switch
        {
            Kind.Timed => s_timed,
            Kind.Retried => s_retried,
            Kind.Overrunning => s_overrunning,
            _ => null,
        };
        Task<Receipt> task = executor.SubmitAsync(Ledger.Run, order, submit, cancellation.Token);
        if (kind == Kind.Cancelled)
            cancellation.CancelAfter(order.Task % 5);
        try
        {
            _endings.Enqueue(new Ending(order.Task, kind, await task.ConfigureAwait(false), null));
        }
        catch (Exception error) // every way in which a task may fail is judged afterwards
        {
            _endings.Enqueue(new Ending(order.Task, kind, null, error));
            _isBroken |= error is BrokenExecutorException;
        }
        finally
        {
            room.Release();
        }
    }
}
