using System.Diagnostics;
using Offloop.Protocol;
using Offloop.Telemetry;
using Offloop.Workers;

namespace Offloop.Tests.Workers;

/// <content>The start and end of such a worker, and refusals.</content>
public sealed partial class PythonWorkerTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_method_without_a_name_is_refused_at_submit_with_the_remedy()
    {
        var pool = new ProcessPoolExecutor(Python);

        var error = Assert.Throws<ArgumentException>(() => { _ = pool.SubmitAsync(EntryPoints.WithoutName, 1); });

        Assert.Contains("Offloop.Tests.Workers.EntryPoints.WithoutName has none", error.Message, StringComparison.Ordinal);
        Assert.Contains("[WorkerEntryPoint(\"name\")]", error.Message, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_name_that_the_program_does_not_know_fails_its_task_alone()
    {
        var pool = new ProcessPoolExecutor(Python);

        var error = await Assert.ThrowsAsync<ExecutorException>(() => pool.SubmitAsync(EntryPoints.Unknown, 1));

        Assert.Equal((FailureCause.Payload, TaskPhase.NotStarted), (error.Failure.Cause, error.Failure.Phase));
        Assert.Contains("no entry point 'never-heard-of'", error.Message, StringComparison.Ordinal);
        Assert.Equal(9, await pool.SubmitAsync(EntryPoints.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_method_with_a_name_runs_by_itself_where_the_workers_are_of_dotnet()
    {
        var pool = new ProcessPoolExecutor(One);
        Assert.Equal(49, await pool.SubmitAsync(EntryPoints.Square, 7));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_initializer_runs_in_it_before_the_first_task()
    {
        var pool = new ProcessPoolExecutor(Python with { Initializer = WorkerInitializer.Create(EntryPoints.Remember, 7) });
        Assert.Equal(7, await pool.SubmitAsync(EntryPoints.Recall));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task An_initializer_that_fails_in_it_breaks_the_pool_with_its_own_words()
    {
        var pool = new ProcessPoolExecutor(Python with { Initializer = WorkerInitializer.Create(EntryPoints.Fail, "that") });
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(EntryPoints.Square, 3));
        Assert.Contains("EntryPoints.Fail threw System.ArgumentException: it failed over that", error.Message, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Fact]
    public void Options_that_only_a_worker_of_dotnet_has_are_refused()
    {
        var command = new WorkerCommand("no-such-program");
        ProcessPoolOptions limited = One with { Command = command, WorkerHeapLimit = 64 << 20 };
        var limit = Assert.Throws<ArgumentException>(() => new ProcessPoolExecutor(limited));
        Assert.Contains("WorkerHeapLimit is 67108864", limit.Message, StringComparison.Ordinal);
        ProcessPoolOptions initialized = One with
        {
            Command = command,
            Initializer = WorkerInitializer.Create(Supervised.FailToInitialize),
        };
        var initializer = Assert.Throws<ArgumentException>(() => new ProcessPoolExecutor(initialized));
        Assert.Contains("[WorkerEntryPoint(\"name\")]", initializer.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new WorkerCommand(""));
        Assert.Throws<ArgumentException>(() => new WorkerCommand("python3", "a", null!));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Json_options_shape_what_it_reads_and_are_not_sent()
    {
        var pool = new ProcessPoolExecutor(Python with { JsonOptions = static options => options.PropertyNameCaseInsensitive = true });
        Assert.Equal(new Place(2, 1, "HERE"), await pool.SubmitAsync(EntryPoints.Move, new Place(1, 2, "here")));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_command_that_does_not_exist_breaks_the_pool_with_its_name()
    {
        var pool = new ProcessPoolExecutor(One with { Command = new WorkerCommand("no-such-program-of-offloop") });
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(EntryPoints.Square, 3));
        Assert.Contains("no-such-program-of-offloop", error.Message, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_command_that_is_no_worker_fails_tasks_with_its_last_words()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It uses a shell of Unix.");
        var pool = new ProcessPoolExecutor(One with
        {
            Command = new WorkerCommand("sh", "-c", "echo I am no worker >&2; exit 5"),
            StartPatience = TimeSpan.FromMilliseconds(1),
        });
        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(EntryPoints.Square, 3));
        Assert.Equal(5, error.Failure.ExitCode);
        Assert.Contains("I am no worker", error.Message, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_worker_of_another_version_is_refused_by_name()
    {
        var pool = new ProcessPoolExecutor(One with { Command = PythonProgram.Worker("other_version.py") });

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(EntryPoints.Square, 3));

        Assert.Contains("The worker speaks version 1 of the protocol", error.Message, StringComparison.Ordinal);
        Assert.Contains($"worker.py) and its coordinator version {LaunchMessage.CurrentVersion}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Offloop.Executors.dll", error.Message, StringComparison.Ordinal);
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("", 2, "cannot be run by hand")]
    [InlineData("hello\n", 2, "cannot be run by hand")]
    [InlineData("{\"version\":99,\"library\":\"/opt/Offloop.dll\"}\n", 4, "its coordinator version 99 (/opt/Offloop.dll)")]
    public async Task It_refuses_a_launch_line_that_it_does_not_know(string line, int exitCode, string words)
    {
        using Process worker = StartAlone();
        await worker.StandardInput.WriteAsync(line);
        worker.StandardInput.Close();

        string error = (await worker.StandardError.ReadToEndAsync()).TrimEnd();
        Assert.Contains(words, Assert.Single(error.Split('\n')), StringComparison.Ordinal);
        await worker.WaitForExitAsync();
        Assert.Equal(exitCode, worker.ExitCode);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_end_of_standard_input_ends_it()
    {
        using var log = new TestLog();
        using PrivateDirectory directory = PrivateDirectory.Create(log);
        var launch = new WorkerLaunch(Python, directory, new CommandLauncher(PythonProgram.Worker()), log, new ExecutorEvents());
        LaunchMessage message = launch.NewMessage(1);
        using var mark = StartMark.Create(message.StartMarkFile);
        using var control = new PipeListener(message.ControlPipe, 1, log);
        using var report = new PipeListener(message.ReportPipe, 1, log);
        using var data = new PipeListener(message.DataPipe, 1, log);
        using Process worker = StartAlone();
        await worker.StandardInput.BaseStream.WriteAsync(MessageJson.WriteLine(message));
        await worker.StandardInput.BaseStream.FlushAsync();
        await control.AcceptAsync(message, worker.Id, CancellationToken.None);
        await report.AcceptAsync(message, worker.Id, CancellationToken.None);
        await data.AcceptAsync(message, worker.Id, CancellationToken.None);

        worker.StandardInput.Close();

        await worker.WaitForExitAsync();
        Assert.Equal("SIGKILL", ProcessControl.ProbableSignal(worker.ExitCode));
    }

    [Fact(Timeout = Waiting.Hang, Explicit = true)]
    public async Task It_answers_while_its_task_runs_and_is_killed_when_it_is_stopped()
    {
        var pool = new ProcessPoolExecutor(Python with { HeartbeatTimeout = TimeSpan.FromSeconds(3) });
        int process = await pool.SubmitAsync(EntryPoints.Sleep, 4_000);
        string begun = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Task waiting = pool.SubmitAsync(EntryPoints.WaitForCancellation, begun);
        await Waiting.UntilAsync(() => File.Exists(begun), "the task has begun");

        Signal(process, "STOP");

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => waiting);
        Assert.Equal((FailureCause.Unresponsive, process), (error.Failure.Cause, error.Failure.ProcessId));
        Assert.Equal(9, await pool.SubmitAsync(EntryPoints.Square, 3));
        File.Delete(begun);
        await EndAsync(pool);
    }

    private static Process StartAlone()
    {
        WorkerCommand command = PythonProgram.Worker();
        return Process.Start(new ProcessStartInfo(command.FileName, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Its_initializers_run_before_its_first_task()
    {
        var pool = new ProcessPoolExecutor(Python with
        {
            Initializer = WorkerInitializer.Create(EntryPoints.Remember, 1),
            ThreadInitializer = WorkerInitializer.Create(EntryPoints.Remember, 2),
        });

        Assert.Equal(2, await pool.SubmitAsync(EntryPoints.Recall));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_program_that_runs_fewer_tasks_at_once_than_it_was_asked_for_is_not_used()
    {
        await using var pool = new ProcessPoolExecutor(Python with { ThreadsPerWorker = 4 });

        var error = await Assert.ThrowsAsync<BrokenExecutorException>(() => pool.SubmitAsync(EntryPoints.Square, 7));

        Assert.Contains("it runs 1 tasks at once and ThreadsPerWorker is 4; set that to 1", error.Message, StringComparison.Ordinal);
    }
}
