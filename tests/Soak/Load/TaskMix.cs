using Offloop.SampleTasks;

namespace Offloop.Soak.Load;

/// <summary>All kinds of tasks that a pool runs.</summary>
internal sealed class TaskMix
{
    private static readonly SubmitOptions s_retried = new() { CrashRetries = 3 };
    private static readonly SubmitOptions s_timedOut = new() { Timeout = TimeSpan.FromMilliseconds(50) };

    private readonly ProcessPoolExecutor _pool;
    private readonly Work[] _works;
    private readonly Work[] _deaths;

    public TaskMix(ProcessPoolExecutor pool)
    {
        _pool = pool;
        _works =
        [
            new(30, "result", ResultAsync), new(12, "sleep", SleepAsync), new(8, "error", ErrorAsync), new(6, "output", OutputAsync),
            new(8, "progress", ProgressAsync), new(8, "stream", StreamAsync), new(4, "left stream", LeftStreamAsync),
            new(6, "map", MapAsync), new(3, "left map", LeftMapAsync), new(8, "cancel", CancelAsync), new(7, "large", LargeAsync),
        ];
        _deaths =
        [
            new(3, "timeout", TimeoutAsync), new(3, "exit", _ => DieAsync(_pool.SubmitAsync(Crashing.Exit, 3))),
            new(3, "vanish", _ => DieAsync(_pool.SubmitAsync(Crashing.Vanish, 3))),
            new(1, "fail fast", _ => DieAsync(_pool.SubmitAsync(Crashing.FailFast, "a soak"))),
            new(1, "unhandled", _ => DieAsync(_pool.SubmitAsync(Crashing.ThrowInBackground, "a soak"))),
            new(1, "fault", _ => DieAsync(_pool.SubmitAsync(Crashing.Segfault))),
        ];
    }

    /// <summary>Draws work that leaves its worker alive.</summary>
    public Work Draw(Random random) => Draw(_works, random);

    /// <summary>Draws work that ends its worker.</summary>
    public Work DrawDeath(Random random) => Draw(_deaths, random);

    private static Work Draw(Work[] works, Random random)
    {
        int place = random.Next(works.Sum(static work => work.Weight));
        return works.First(work => (place -= work.Weight) < 0);
    }

    private async Task ResultAsync(Random random)
    {
        int number = random.Next(10_000);
        Require(await _pool.SubmitAsync(Basics.Square, number, s_retried) == number * number);
    }

    private async Task SleepAsync(Random random)
    {
        int time = random.Next(100);
        Require(await _pool.SubmitAsync(Timing.SleepFor, time) == time);
    }

    private Task ErrorAsync(Random random) => random.Next(2) == 0
        ? RequireAsync<InvalidOperationException>(_pool.SubmitAsync(Throwing.Invalid, "a soak"))
        : RequireAsync<CustomException>(_pool.SubmitAsync(Throwing.Custom, random.Next(100)));

    private async Task OutputAsync(Random random)
    {
        int lines = random.Next(1, 20);
        Require(await _pool.SubmitAsync(Floods.Write, new FloodOrder("standard output", lines, 80)) == lines);
    }

    private async Task ProgressAsync(Random random)
    {
        int count = random.Next(1, 50);
        int last = 0;
        var progress = TaskProgress.Create<int>(value => Volatile.Write(ref last, value));
        Require(await _pool.SubmitAsync(Reports.CountTo, count, new SubmitOptions { Progress = progress }) == count);
        Require(Volatile.Read(ref last) <= count); // the last value may come after the result
    }

    private async Task StreamAsync(Random random)
    {
        int count = random.Next(1, 60);
        int seen = 0;
        await foreach (int item in random.Next(2) == 0
            ? _pool.StreamAsync(Streams.CountTo, count) : _pool.StreamAsync(Streams.CountToAsync, count))
            seen++;
        Require(seen == count);
    }

    private async Task LeftStreamAsync(Random random)
    {
        int seen = 0;
        await foreach (byte[] item in _pool.StreamAsync(Streams.SmallAndLarge, 40))
        {
            if (++seen == 3)
                break;
        }
        Require(seen == 3);
    }

    private async Task MapAsync(Random random)
    {
        int[] divisors = [.. Enumerable.Range(0, 20)];
        int failed = 0, ended = 0;
        await foreach (TaskOutcome<int> outcome in _pool.MapAsync(
            Mapped.Divide, divisors, new MapOptions { Ordered = random.Next(2) == 0, Item = s_retried }).Outcomes)
        {
            ended++;
            failed += outcome.Exception is DivideByZeroException ? 1 : 0;
        }
        Require(ended == divisors.Length && failed == 1);
    }

    /// <summary>The first item fails and ends the map.</summary>
    private Task LeftMapAsync(Random random) => RequireAsync<DivideByZeroException>(
        _pool.MapAsync(Mapped.Divide, Enumerable.Range(0, 200), new MapOptions { Item = s_retried }).ToListAsync().AsTask());

    private async Task CancelAsync(Random random)
    {
        using var cancellation = new CancellationTokenSource(random.Next(1, 20));
        await RequireAsync<OperationCanceledException>(_pool.SubmitAsync(Reports.UntilCancelled, 1, null, cancellation.Token));
    }

    /// <summary>Argument and result travel on the data pipe.</summary>
    private async Task LargeAsync(Random random)
    {
        byte[] bytes = new byte[random.Next(70_000, 1_000_000)];
        bytes[^1] = 7;
        byte[] echo = await _pool.SubmitAsync(Basics.Echo, bytes, s_retried);
        Require(echo.Length == bytes.Length && echo[^1] == 7);
    }

    private Task TimeoutAsync(Random random) => RequireAsync<TaskTimeoutException>(_pool.SubmitAsync(Timing.Spin, s_timedOut));

    private static async Task DieAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (WorkerLostException)
        {
            return; // as it should be; not counted as lost by accident
        }
        Require(false);
    }

    /// <summary>Throws unless the task fails in this way. The loss of a worker passes through.</summary>
    private static async Task RequireAsync<TException>(Task task)
        where TException : Exception
    {
        try
        {
            await task;
        }
        catch (TException)
        {
            return;
        }
        throw new InvalidDataException($"It ended without {typeof(TException).Name}.");
    }

    private static void Require(bool isRight)
    {
        if (!isRight)
            throw new InvalidDataException("It ended with another result.");
    }
}
