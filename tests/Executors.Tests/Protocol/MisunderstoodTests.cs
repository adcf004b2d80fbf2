using System.Reflection;
using System.Text;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.Scheduling;
using Offloop.Tasks;

namespace Offloop.Tests.Protocol;

/// <summary>A worker that is sent something it does not understand says so and ends, because nobody would ever answer for the tasks in it.
/// A task that no worker understands does not go round for ever.</summary>
public sealed class MisunderstoodTests : Workers.SupervisionTests
{
    /// <summary>One of them may run already when the message with the poison comes.</summary>
    private static readonly SubmitOptions s_once = new() { CrashRetries = 1 };

    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic;

    public static TheoryData<string> Poisons() => ["", "{", new string('[', 70) + new string(']', 70)];

    public static TheoryData<string> Messages() =>
    [
        RawPeer.Notification("Run", "[5]"),
        RawPeer.Notification("Run", "[]"),
        RawPeer.Notification("Run", "[null]"),
        RawPeer.Notification("Run", """[{"items":[null]}]"""),
        RawPeer.Notification("Run", """[{"items":null}]"""),
        RawPeer.Notification("Run", """[{"items":[{"sequence":7}]}]"""),
        RawPeer.Notification("Run", """[{"items":[{"sequence":7,"method":1,"taskId":7,"attempt":1,"credit":-1,"argument":[1,5]}]}]"""),
        RawPeer.Notification("Cancel", "[\"1\"]"),
        RawPeer.Notification("Credit", "[1]"),
        "no JSON",
    ];

    [Theory(Timeout = Waiting.Hang)]
    [MemberData(nameof(Poisons))]
    [Trait("Conformance", "J114")]
    public async Task A_task_that_no_worker_understands_fails_and_takes_no_other_along(string argument)
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task<int> blocking = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        Scheduler scheduler = SchedulerOf(pool);
        IEnumerable<Item> made = Enumerable.Range(0, 6).Select(
            number => new Item(scheduler.NextId(), number, number == 3 ? argument : null) { ChunkSize = 6 });
        Item[] items = [.. made];
        Array.ForEach(items, scheduler.Submit); // they wait, and travel together
        visitor.LetGo();
        await blocking;

        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => items[3].Task)).Failure;

        Assert.Equal(
            (FailureCause.ProtocolError, TaskPhase.NotStarted, WorkerExitCode.ProtocolError),
            (facts.Cause, facts.Phase, facts.ExitCode));
        Assert.Contains("does not understand", Assert.Single(facts.StandardErrorTail.Split('\n')), StringComparison.Ordinal);
        foreach (Item other in items.Except([items[3]]))
            Assert.Equal(other.Number * other.Number, await other.Task);
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [MemberData(nameof(Messages))]
    [Trait("Conformance", "J112")]
    public async Task A_worker_that_does_not_understand_a_message_ends_and_its_task_is_told(string message)
    {
        await using var point = new MeetingPoint();
        var pool = new ProcessPoolExecutor(One);
        Task<int> running = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();

        await PipeOf(pool).WriteAsync(RawPeer.Frame(message));

        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => running)).Failure;
        Assert.Equal(
            (FailureCause.ProtocolError, TaskPhase.Running, WorkerExitCode.ProtocolError),
            (facts.Cause, facts.Phase, facts.ExitCode));
        Assert.Contains("does not understand", facts.StandardErrorTail, StringComparison.Ordinal);
        Assert.False(Waiting.IsAlive(visitor.ProcessId));
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "G71")]
    public async Task A_task_that_exits_with_the_same_code_is_not_taken_for_that()
    {
        var pool = new ProcessPoolExecutor(One);
        Task exiting = pool.SubmitAsync(static (int code) => Environment.Exit(code), WorkerExitCode.ProtocolError);
        TaskFailure facts = (await Assert.ThrowsAsync<WorkerLostException>(() => exiting)).Failure;
        Assert.Equal((FailureCause.Exit, WorkerExitCode.ProtocolError), (facts.Cause, facts.ExitCode));
        await EndAsync(pool);
    }

    private static Scheduler SchedulerOf(Executor pool) => (Scheduler)typeof(Executor).GetProperty("Scheduler", Members)!.GetValue(pool)!;

    /// <summary>The coordinator's end of the control pipe of the only worker, which its messages are written to.</summary>
    private static Stream PipeOf(ProcessPoolExecutor pool)
    {
        object rpc = PoolInternals.Field(PoolInternals.ChannelsOf(pool).Single(), "_rpc");
        object handler = rpc.GetType().GetProperty("MessageHandler", Members)!.GetValue(rpc)!;
        return (Stream)handler.GetType().GetFields(Members).Last(field => field.FieldType == typeof(Stream)).GetValue(handler)!;
    }

    /// <summary>A task whose argument is written as no honest task writes it. The text stands as it is; an empty one
    /// gives a payload of an unknown kind.</summary>
    private sealed class Item(long id, int number, string? argument)
        : SubmittedTask<int, int>(s_request, id, number, s_once, default)
    {
        private static readonly TaskRequest<int, int> s_request = new(
            MethodEntries<int, int>.Of((Func<int, int>)Basics.Square, CallKind.Plain, PayloadFormat.Default),
            CallForms<int, int>.For(CallKind.Plain).Form,
            (Func<int, int>)Basics.Square);

        public int Number { get; } = number;

        protected override Payload WriteArgument() => argument switch
        {
            null => base.WriteArgument(),
            "" => new Payload((PayloadKind)9, Array.Empty<byte>()),
            _ => new Payload(PayloadKind.Json, Encoding.UTF8.GetBytes(argument)),
        };
    }
}
