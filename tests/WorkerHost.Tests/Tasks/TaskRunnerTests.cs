using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using static Offloop.Tests.InMemoryWorker;

namespace Offloop.Tests;

/// <summary>The worker's side of the protocol, without a process.</summary>
public class TaskRunnerTests
{
    [Fact(Timeout = Hang)]
    public async Task It_says_that_it_is_ready()
    {
        await using var worker = new InMemoryWorker();
        ReadyMessage ready = await worker.Ready;
        Assert.Equal((LaunchMessage.CurrentVersion, Environment.ProcessId), (ready.ProtocolVersion, ready.ProcessId));
        Assert.EndsWith("WorkerHost.dll", ready.Library, StringComparison.Ordinal);
    }

    [Fact(Timeout = Hang)]
    public async Task A_batch_is_run_in_its_order()
    {
        await using var worker = new InMemoryWorker();
        worker.Run([.. Enumerable.Range(1, 200).Select(number => Request<int, int>(number, Basics.Square, CallKind.Plain, number))]);
        for (int number = 1; number <= 200; number++)
        {
            FinishedTask finished = await worker.FinishedAsync();
            Assert.Equal((number, FinishKind.Returned), (finished.Sequence, finished.Kind));
            Assert.Equal(number * number, await worker.ResultAsync<int>(finished));
        }
    }

    [Fact(Timeout = Hang)]
    public async Task A_method_is_known_by_its_number_after_its_first_use()
    {
        await using var worker = new InMemoryWorker();
        RunRequest first = Request<int, int>(1, Basics.Square, CallKind.Plain, 3);
        worker.Run(first, first with { Sequence = 2, Definition = null, Argument = Json("4") });
        Assert.Equal(9, await worker.ResultAsync<int>(await worker.FinishedAsync()));
        Assert.Equal(16, await worker.ResultAsync<int>(await worker.FinishedAsync()));
    }

    [Fact(Timeout = Hang)]
    public async Task A_method_is_known_when_it_was_to_be_prepared_for()
    {
        await using var worker = new InMemoryWorker();
        RunRequest request = Request<int, int>(1, Basics.Square, CallKind.Plain, 3);
        worker.Worker.Prepare(request.Method, request.Definition!);
        worker.Run(request with { Definition = null });
        Assert.Equal(9, await worker.ResultAsync<int>(await worker.FinishedAsync()));
    }

    /// <summary>What could not be prepared is left to the first task: the reason may be gone by then.</summary>
    [Fact(Timeout = Hang)]
    public async Task A_method_that_cannot_be_prepared_for_is_asked_for_again()
    {
        await using var worker = new InMemoryWorker();
        RunRequest request = Request<int, int>(1, Basics.Square, CallKind.Plain, 3);
        MethodIdentity missing = request.Definition! with { Method = request.Definition!.Method! with { Assembly = "Missing" } };
        worker.Worker.Prepare(request.Method, missing);
        await worker.Worker.PingAsync();
        worker.Run(request);
        Assert.Equal(9, await worker.ResultAsync<int>(await worker.FinishedAsync()));
    }

    [Fact(Timeout = Hang)]
    public async Task A_task_that_was_cancelled_before_it_arrived_is_skipped()
    {
        await using var worker = new InMemoryWorker();
        worker.Worker.Cancel(1);
        worker.Run(Request<int, int>(1, Basics.Square, CallKind.Plain, 3), Request<int, int>(2, Basics.Square, CallKind.Plain, 3));
        FinishedTask skipped = await worker.FinishedAsync();
        Assert.Equal((1, FinishKind.Skipped), (skipped.Sequence, skipped.Kind));
        Assert.Equal(FinishKind.Returned, (await worker.FinishedAsync()).Kind);
        Assert.Equal(TaskPhase.NotStarted, StartMark.PhaseOf(worker.MarkPage, 1));
    }

    [Fact(Timeout = Hang)]
    public async Task A_running_task_sees_its_cancellation()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker();
        worker.Run(Request<Meeting, int>(1, Rendezvous.WaitOrCancel, CallKind.Context, point.For()));
        await point.NextAsync();

        worker.Worker.Cancel(2); // another task's
        worker.Worker.Cancel(1);

        FinishedTask finished = await worker.FinishedAsync();
        Assert.Equal(FinishKind.Threw, finished.Kind);
        Assert.Contains("Canceled", finished.Error!.Type, StringComparison.Ordinal);
    }

    [Fact(Timeout = Hang)]
    public async Task What_waits_behind_a_long_task_is_given_back_however_it_came()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker { SendsAgain = false };
        RunRequest blocking = Request<Meeting, int>(1, Rendezvous.Wait, CallKind.Plain, point.For());
        worker.Run(blocking, Request<int, int>(2, Basics.Square, CallKind.Plain, 3)); // with it
        Visitor visitor = await point.NextAsync();
        Assert.Equal(2, await worker.GivenBackAsync());

        worker.Run(Request<int, int>(3, Basics.Square, CallKind.Plain, 3)); // after it
        Assert.Equal(3, await worker.GivenBackAsync());

        visitor.LetGo();
        Assert.Equal(1, (await worker.FinishedAsync()).Sequence);
        worker.Run(Request<int, int>(4, Basics.Square, CallKind.Plain, 3));
        Assert.Equal(4, (await worker.FinishedAsync()).Sequence);
    }

    [Fact(Timeout = Hang)]
    public async Task A_ping_is_answered_while_a_task_blocks()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker();
        worker.Run(Request<Meeting, int>(1, Rendezvous.Wait, CallKind.Plain, point.For()));
        Visitor visitor = await point.NextAsync();

        await worker.Worker.PingAsync();

        Assert.Equal(TaskPhase.Running, StartMark.PhaseOf(worker.MarkPage, 1));
        visitor.LetGo();
        await worker.FinishedAsync();
        Assert.Equal(TaskPhase.ResultLost, StartMark.PhaseOf(worker.MarkPage, 1));
    }

    [Fact(Timeout = Hang)]
    public async Task The_start_of_a_task_with_a_timeout_is_reported()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker();
        worker.Run(Request<Meeting, int>(1, Rendezvous.Wait, CallKind.Plain, point.For()) with { ReportStart = true });
        Assert.Equal(1, await worker.StartedAsync());
        (await point.NextAsync()).LetGo();
        Assert.Equal(1, (await worker.FinishedAsync()).Sequence);
    }

    [Fact(Timeout = Hang)]
    public async Task Leave_cancels_the_running_task_and_ends_the_worker_after_it()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker();
        worker.Run(Request<Meeting, int>(1, Rendezvous.TellCancellationAndWait, CallKind.Context, point.For()));
        Visitor visitor = await point.NextAsync();

        worker.Worker.Leave();

        Assert.Equal("cancelled", await visitor.HearAsync());
        Assert.False(worker.Ended.IsCompleted);
        visitor.LetGo();
        await worker.Ended;
        Assert.Equal(FinishKind.Returned, (await worker.FinishedAsync()).Kind);
    }

    [Fact(Timeout = Hang)]
    public async Task Large_payloads_travel_on_the_data_pipe()
    {
        await using var worker = new InMemoryWorker();
        byte[] bytes = new byte[500_000];
        Random.Shared.NextBytes(bytes);
        string text = new('x', 100_000);

        RunRequest echo = Request<byte[], byte[]>(1, Basics.Echo, CallKind.Plain, []);
        worker.Run(await LargeAsync(worker, echo, PayloadFormat.Default.Write(bytes, "argument")));
        FinishedTask raw = await worker.FinishedAsync();
        Assert.Equal((PayloadKind.Raw, true), (raw.Result.Kind, raw.Result.IsOnDataPipe));
        Assert.Equal(bytes, await worker.ResultAsync<byte[]>(raw));

        RunRequest greet = Request<string, string>(2, Basics.Greet, CallKind.Plain, "");
        worker.Run(await LargeAsync(worker, greet, PayloadFormat.Default.Write(text, "argument")));
        FinishedTask json = await worker.FinishedAsync();
        Assert.Equal((PayloadKind.Json, true), (json.Result.Kind, json.Result.IsOnDataPipe));
        Assert.Equal("hello " + text, await worker.ResultAsync<string>(json));
    }

    [Fact(Timeout = Hang)]
    public async Task What_cannot_be_read_or_written_is_refused_and_the_next_task_runs()
    {
        await using var worker = new InMemoryWorker(maxMessageBytes: 100_000);
        RunRequest anotherBuild = Request<int, int>(4, Basics.Square, CallKind.Plain, 1);
        anotherBuild = anotherBuild with
        {
            Definition =
                anotherBuild.Definition! with { Method = anotherBuild.Definition!.Method! with { ModuleVersion = Guid.NewGuid() } },
        };
        worker.Run(
            Request<int, int>(1, Basics.Square, CallKind.Plain, 1) with { Argument = Json("\"no number\"") },
            Request<int, Unwritable>(2, PayloadTasks.UnwritableOf, CallKind.Plain, 1),
            Request<int, byte[]>(3, PayloadTasks.Bytes, CallKind.Plain, 100_001),
            anotherBuild,
            anotherBuild with { Sequence = 5, Definition = null },
            Request<int, int>(6, Basics.Square, CallKind.Plain, 6));

        await RefusedAsync(FinishKind.ArgumentRefused, "argument of type System.Int32 could not be read");
        await RefusedAsync(FinishKind.ResultRefused, "result of type Offloop.SampleTasks.Unwritable could not be written");
        await RefusedAsync(FinishKind.ResultRefused, "The result has 100001 bytes, more than the MaxMessageBytes of 100000");
        await RefusedAsync(FinishKind.ArgumentRefused, "another build of SampleTasks");
        await RefusedAsync(FinishKind.ArgumentRefused, "another build of SampleTasks");
        Assert.Equal(36, await worker.ResultAsync<int>(await worker.FinishedAsync()));

        async Task RefusedAsync(FinishKind kind, string text)
        {
            FinishedTask finished = await worker.FinishedAsync();
            Assert.Equal(kind, finished.Kind);
            Assert.Contains(text, finished.Error!.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = Hang)]
    public async Task A_task_writes_to_the_coordinators_log()
    {
        await using var worker = new InMemoryWorker();
        worker.Run(Request<string, Unit>(1, Standard.Log, CallKind.Context | CallKind.NoResult, "a line"));
        Assert.Equal(
            new LogMessage { Sequence = 1, Level = Microsoft.Extensions.Logging.LogLevel.Warning, Text = "a line" },
            await worker.LoggedAsync());
    }

    [Fact(Timeout = Hang)]
    public async Task The_initializer_is_a_batch_of_one_that_ends_in_a_report()
    {
        await using var worker = new InMemoryWorker();
        worker.Run(Request<Unit, Unit>(RunRequest.InitializerSequence, Forms.Nothing, CallKind.NoArgument | CallKind.NoResult, default));
        FinishedTask returned = await worker.FinishedAsync();
        Assert.Equal((RunRequest.InitializerSequence, FinishKind.Returned), (returned.Sequence, returned.Kind));

        worker.Run(Request<Unit, Unit>(RunRequest.InitializerSequence, Forms.Throw, CallKind.NoArgument | CallKind.NoResult, default));
        FinishedTask threw = await worker.FinishedAsync();
        Assert.Equal(
            (RunRequest.InitializerSequence, FinishKind.Threw, "System.InvalidOperationException", "no argument"),
            (threw.Sequence, threw.Kind, threw.Error!.Type, threw.Error.Message));

        worker.Run(Request<int, int>(1, Basics.Square, CallKind.Plain, 3));
        Assert.Equal(9, await worker.ResultAsync<int>(await worker.FinishedAsync()));
    }

    [Theory(Timeout = Hang)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_task_is_not_noted_before_the_last_that_it_has_sent_is_written(bool isStream)
    {
        await using var point = new MeetingPoint();
        HoldingStream? pipe = null;
        await using var worker = new InMemoryWorker(wrap: control => pipe = new HoldingStream(control));
        RunRequest sending = isStream
            ? Request<int, int>(1, Streams.CountTo, CallKind.Stream, 1) with { Credit = 1 }
            : Request<int, int>(1, Reports.CountTo, CallKind.Context, 1) with { ProgressType = typeof(int).AssemblyQualifiedName };
        worker.Run(sending);
        await worker.FinishedAsync(); // the next one is so short that what waits behind it is not given back

        pipe!.HoldNext(isStream ? "\"Item\"" : "\"Progress\"");
        worker.Run(
            sending with { Sequence = 2, Definition = null }, Request<Meeting, int>(3, Rendezvous.Wait, CallKind.Plain, point.For()));
        await pipe.Holds;
        Task<Visitor> next = point.NextAsync();
        await Task.WhenAny(next, Task.Delay(100)); // the next task starts after the end is noted
        (bool hasStarted, int noted) = (next.IsCompleted, StartMark.EndsIn(worker.MarkPage).Length);
        pipe.GoOn();
        Assert.Equal((false, 0), (hasStarted, noted));
        (await next).LetGo();
        Assert.Equal(2, (await worker.FinishedAsync()).Sequence);
    }

    private static PayloadRef Json(string json) =>
        PayloadRef.Inline(new Payload(PayloadKind.Json, System.Text.Encoding.UTF8.GetBytes(json)));

    private static async Task<RunRequest> LargeAsync(InMemoryWorker worker, RunRequest request, Payload argument) =>
        request with { Argument = await PayloadRef.SendAsync(argument, FrameKey.Whole(request.Sequence), worker.Data) };
}
