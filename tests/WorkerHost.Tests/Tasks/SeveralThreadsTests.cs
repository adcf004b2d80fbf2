using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using static Offloop.Tests.InMemoryWorker;

namespace Offloop.Tests;

/// <summary>A worker that runs several tasks at once.</summary>
public sealed class SeveralThreadsTests
{
    [Fact(Timeout = Hang)]
    public async Task It_says_how_many_tasks_it_runs_and_runs_as_many()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker(threads: 3);
        Assert.Equal(3, (await worker.Ready).Threads);
        worker.Run([.. Enumerable.Range(1, 3).Select(number => Wait(number, point))]);

        foreach (Visitor visitor in await point.NextAsync(3))
            visitor.LetGo();

        int[] ended = [.. (await FinishedAsync(worker, 3)).Select(static end => end.Sequence)];
        Assert.Equal([1, 2, 3], ended.Order());
    }

    [Fact(Timeout = Hang)]
    public async Task Tasks_behind_go_back_only_when_every_thread_has_a_long_one()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker(threads: 2) { SendsAgain = false };
        worker.Run(Wait(1, point));
        Visitor first = await point.NextAsync();
        worker.Run([.. Enumerable.Range(2, 40).Select(static number => Square(number))]);
        Assert.All(await FinishedAsync(worker, 40), static end => Assert.Equal(FinishKind.Returned, end.Kind));

        worker.Run(Wait(50, point), Wait(51, point), Square(52));
        Visitor second = await point.NextAsync();

        Assert.Equal((51, 52), (await worker.GivenBackAsync(), await worker.GivenBackAsync()));
        first.LetGo();
        second.LetGo();
        await FinishedAsync(worker, 2);
    }

    [Fact(Timeout = Hang)]
    public async Task After_a_recall_what_has_not_started_goes_back_and_what_runs_goes_on()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker(threads: 2) { SendsAgain = false };
        worker.Run(Wait(1, point));
        Visitor visitor = await point.NextAsync();

        worker.Worker.Recall();
        worker.Run(Square(2), Square(3));

        Assert.Equal((2, 3), (await worker.GivenBackAsync(), await worker.GivenBackAsync()));
        visitor.LetGo();
        Assert.Equal(1, (await worker.FinishedAsync()).Sequence);
    }

    /// <summary>Whether the task runs, waits or has not come, however the threads take turns.</summary>
    [Fact(Timeout = Hang)]
    public async Task A_cancellation_finds_its_task_wherever_that_is()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker(threads: 2);
        worker.Run(WaitOrCancel(1, point), WaitOrCancel(2, point));
        Visitor[] visitors = await point.NextAsync(2);

        worker.Worker.Cancel(4); // it has not come
        worker.Worker.Cancel(2);
        FinishedTask cancelled = await worker.FinishedAsync();
        worker.Run(Square(4), Square(3));

        Assert.Equal((2, FinishKind.Threw), (cancelled.Sequence, cancelled.Kind));
        FinishedTask[] ends = await FinishedAsync(worker, 2);
        Assert.Equal(FinishKind.Skipped, ends.Single(static end => end.Sequence == 4).Kind);
        Assert.Equal(FinishKind.Returned, ends.Single(static end => end.Sequence == 3).Kind);
        visitors.Single(static visitor => visitor.Label == "1").LetGo();
        Assert.Equal((1, FinishKind.Returned), Named(await worker.FinishedAsync()));
    }

    [Fact(Timeout = Hang)]
    public async Task The_initializer_of_the_threads_runs_on_each_also_on_one_that_is_busy_first()
    {
        await using var point = new MeetingPoint();
        await using var worker = new InMemoryWorker(threads: 3);
        worker.Run(Wait(1, point));
        Visitor busy = await point.NextAsync();
        Task<ExceptionEnvelope?> ended = worker.Worker.InitializeThreadsAsync(
            Request<Meeting, int>(RunRequest.ThreadInitializerSequence, Rendezvous.Wait, CallKind.Plain, point.For("initializer")));

        Visitor[] visitors = await point.NextAsync(2); // on the two threads that are idle
        Array.ForEach(visitors, static visitor => visitor.LetGo());
        busy.LetGo();
        Visitor third = await point.NextAsync();
        Assert.False(ended.IsCompleted);
        third.LetGo();

        Assert.Null(await ended);
        Assert.False(point.HasVisitor);
        Assert.Equal(1, (await worker.FinishedAsync()).Sequence); // no other end was reported
    }

    [Fact(Timeout = Hang)]
    public async Task The_error_of_a_threads_initializer_is_the_answer()
    {
        await using var worker = new InMemoryWorker(threads: 2);

        ExceptionEnvelope? error = await worker.Worker.InitializeThreadsAsync(
            Request<Unit, Unit>(RunRequest.ThreadInitializerSequence, Forms.Throw, CallKind.NoArgument | CallKind.NoResult, default));

        Assert.Equal("no argument", error!.Message);
        worker.Run(Square(1));
        Assert.Equal(1, await worker.ResultAsync<int>(await worker.FinishedAsync()));
    }

    private static RunRequest Square(int number) => Request<int, int>(number, Basics.Square, CallKind.Plain, number);

    private static RunRequest Wait(int number, MeetingPoint point) =>
        Request<Meeting, int>(number, Rendezvous.Wait, CallKind.Plain, point.For($"{number}"));

    private static RunRequest WaitOrCancel(int number, MeetingPoint point) =>
        Request<Meeting, int>(number, Rendezvous.WaitOrCancel, CallKind.Context, point.For($"{number}"));

    private static (int, FinishKind) Named(FinishedTask end) => (end.Sequence, end.Kind);

    private static async Task<FinishedTask[]> FinishedAsync(InMemoryWorker worker, int count)
    {
        var ends = new FinishedTask[count];
        for (int i = 0; i < count; i++)
            ends[i] = await worker.FinishedAsync();
        return ends;
    }
}
