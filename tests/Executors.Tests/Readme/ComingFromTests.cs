namespace Offloop.Tests.Readme;

/// <summary>The examples of docs/coming-from.md. They stand here to the letter, are compiled, and run.</summary>
public sealed class ComingFromTests(SharedProcessPool shared) : IClassFixture<SharedProcessPool>
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task From_futures_a_pool()
    {
        var load = WorkerInitializer.Create(Work.Load, 10);
        var settings = new ProcessPoolOptions { MaxWorkers = 4, Initializer = load, MaxTasksPerWorker = 100 };
        await using var pool = new ProcessPoolExecutor(settings);
        int score = await pool.SubmitAsync(Work.Score, "a text");

        Assert.Equal(60, score);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_futures_waiting_and_mapping()
    {
        ProcessPoolExecutor pool = shared.Executor;
        string[] texts = ["one", "three"];
        int total = 0;

        Task<int>[] tasks = [.. texts.Select(text => pool.SubmitAsync(Work.Score, text))];
        await foreach (Task<int> task in Task.WhenEach(tasks)) // as_completed(…)
            Console.WriteLine(await task);
        Task<int> first = await Task.WhenAny(tasks); // wait(…, return_when=FIRST_COMPLETED)
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60)); // of the whole map
        var item = new SubmitOptions { Timeout = TimeSpan.FromSeconds(5) }; // of each item
        var options = new MapOptions { ChunkSize = 16, BufferSize = 64, Item = item };
        await foreach (int score in pool.MapAsync(Work.Score, texts, options, limit.Token))
            total += score;

        Assert.Contains(first, tasks);
        Assert.Equal(8, tasks.Sum(task => task.Result));
        Assert.Equal(8, total);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_futures_the_limit_of_a_whole_map_ends_it()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        TaskMap<int> map = shared.Executor.MapAsync(Work.Wait, [1, 1_000_000], cancellationToken: limit.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int waited in map)
                Assert.Equal(1, waited);
        });
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_Pebble()
    {
        ProcessPoolExecutor pool = shared.Executor;

        string outcome;
        try
        {
            outcome = await pool.SubmitAsync(Work.Parse, "a file", new SubmitOptions { Timeout = TimeSpan.FromSeconds(5) });
        }
        catch (WorkerLostException error) // and TaskTimeoutException, if it was late
        {
            outcome = $"died with code {error.Failure.ExitCode}";
        }

        Assert.Equal("died with code 7", outcome);
        Assert.Equal("text of another file", await pool.SubmitAsync(Work.Parse, "another file"));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_Celery()
    {
        ProcessPoolExecutor pool = shared.Executor;

        var options = new SubmitOptions
        {
            Timeout = TimeSpan.FromSeconds(60), // soft_time_limit; the hard one comes a CancellationGrace later
            CrashRetries = 2, // acks_late and reject_on_worker_lost, but with a number
            Priority = 5,
            Progress = TaskProgress.Create<int>(page => Console.WriteLine($"page {page}")),
        };
        string done = await pool.SubmitAsync(Work.Render, 7, options);

        Assert.Equal("order 7: 3 pages at attempt 2", done);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_Dask()
    {
        ProcessPoolExecutor pool = shared.Executor;
        string[] paths = [typeof(Executor).Assembly.Location, typeof(ComingFromTests).Assembly.Location];

        long total = 0;
        await foreach (long length in pool.MapAsync(Work.Length, paths))
            total += length;

        Assert.Equal(paths.Sum(Work.Length), total);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_Node()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            QueueCapacity = 100,
            QueueFullMode = QueueFullMode.Reject,
            IdleTimeout = TimeSpan.FromSeconds(60),
            WorkerHeapLimit = 256L << 20,
        });
        using var abort = new CancellationTokenSource();
        int sum = await pool.SubmitAsync(static ((int A, int B) pair) => pair.A + pair.B, (4, 6), cancellationToken: abort.Token);

        Assert.Equal(10, sum);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_Task_Run_and_Process_Start()
    {
        string text = "a text";
        using var stop = new CancellationTokenSource();

        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 16 });
        int score = await threads.SubmitAsync(Work.Score, text, new SubmitOptions { Timeout = TimeSpan.FromSeconds(5) }, stop.Token);

        var settings = new ProcessPoolOptions { WorkingDirectory = Path.GetTempPath(), MaxWorkerMemory = 1L << 30 };
        await using var pool = new ProcessPoolExecutor(settings);
        string output = await pool.SubmitAsync(Work.Convert, "a file", cancellationToken: stop.Token);

        Assert.Equal((6, "a file"), (score, output));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task From_AppDomains_and_RemoteExecutor()
    {
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1 });
        Assert.Equal(1, await pool.SubmitAsync(Work.CountCalls));

        int calls = await pool.SubmitAsync(Work.CountCalls); // 2, if this worker has run it once before
        await pool.RecycleAsync(); // AppDomain.Unload
        int callsNow = await pool.SubmitAsync(Work.CountCalls); // 1: another process
        await using var processes = new ProcessPoolExecutor(new ProcessPoolOptions
        {
            MaxTasksPerWorker = 1, // a new process for each call
            Environment = new Dictionary<string, string?> { ["MODE"] = "test" },
        });
        await processes.SubmitAsync(static (string mode) => Assert.Equal(mode, Environment.GetEnvironmentVariable("MODE")), "test");

        Assert.Equal((2, 1), (calls, callsNow));
        Assert.Equal(1, await processes.SubmitAsync(Work.CountCalls));
        Assert.Equal(1, await processes.SubmitAsync(Work.CountCalls));
        await Assert.ThrowsAsync<Xunit.Sdk.EqualException>(() => shared.Executor.SubmitAsync(static (int two) => Assert.Equal(1, two), 2));
    }
}

/// <summary>The methods that the examples submit.</summary>
public static class Work
{
    private static int s_weight = 1;
    private static int s_calls;

    public static void Load(int weight) => s_weight = weight;

    public static int Score(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length * s_weight;
    }

    public static int Wait(int milliseconds, TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.CancellationToken.WaitHandle.WaitOne(milliseconds);
        context.CancellationToken.ThrowIfCancellationRequested();
        return milliseconds;
    }

    /// <summary>Ends its process at one file and not at others.</summary>
    public static string Parse(string path)
    {
        if (path == "a file")
            Environment.Exit(7);
        return $"text of {path}";
    }

    /// <summary>Ends its process at the first attempt.</summary>
    public static string Render(int order, TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        for (int page = 1; page <= 3; page++)
            context.Report(page);
        if (context.Attempt == 1)
            Environment.Exit(7);
        return $"order {order}: 3 pages at attempt {context.Attempt}";
    }

    public static long Length(string path) => new FileInfo(path).Length;

    /// <summary>Returns the path, from the pool's working directory.</summary>
    public static string Convert(string path) => Path.GetRelativePath(Path.GetTempPath(), Path.GetFullPath(path));

    public static int CountCalls() => ++s_calls;
}
