using System.Text.Json;
using Offloop.Cluster.Messages;
using Offloop.Cluster.Nodes;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Tests.Nodes;

/// <summary>The end of a session, as its executor can notice it: never before that of its workers.</summary>
public sealed class NodeSessionTests
{
    /// <summary>Regression: the executor let the task run elsewhere while the worker was being killed.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task An_executor_hears_that_a_session_is_over_when_its_workers_are_gone_and_not_before()
    {
        await using NodeSession session = NewSession(TimeSpan.FromSeconds(60));
        await using var point = new MeetingPoint();
        Assert.True(session.Take(Arrivals.Messages, 1, [Wait(point)]));
        Visitor visitor = await point.NextAsync();

        session.End(new SessionEnd(SessionEndKind.Lost, "the test says so"));
        Assert.Throws<InvalidOperationException>(() => session.Take(Arrivals.Messages, 2, []));

        await session.DisposeAsync();
        Assert.False(session.Take(Arrivals.Messages, 2, []));
        Assert.False(Waiting.IsAlive(visitor.ProcessId));
    }

    /// <summary>The process of the node may stand still after it was cut off: nothing of it is heard then, and nobody kills its
    /// workers.</summary>
    [Fact(Timeout = Waiting.Hang)]
    public async Task Workers_end_by_themselves_when_the_lease_is_not_renewed_and_nobody_ends_the_session()
    {
        await using NodeSession session = NewSession(TimeSpan.FromSeconds(4));
        using var renewing = new CancellationTokenSource();
        Task renewals = RenewAsync();
        await using var point = new MeetingPoint();
        Assert.True(session.Take(Arrivals.Messages, 1, [Wait(point)]));
        Visitor visitor = await point.NextAsync();

        await renewing.CancelAsync();
        await renewals;

        Assert.Null(await visitor.HearAsync());
        await Waiting.UntilGoneAsync(visitor.ProcessId);
        Assert.False(session.Ended.IsCompleted);

        async Task RenewAsync()
        {
            while (!renewing.IsCancellationRequested)
            {
                session.NoteRenewal(TimeSpan.Zero);
                await Task.Delay(50).ConfigureAwait(false);
            }
        }
    }

    private static NodeSession NewSession(TimeSpan timeout) => new(
        new JoinAnswer { Session = Guid.NewGuid(), NodeTimeout = timeout, MaxMessageBytes = 1 << 20 },
        new ProcessPoolOptions { MinWorkers = 0, MaxWorkers = 1, StartTimeout = Waiting.ForStart },
        static (_, _, _) => Task.FromResult(true));

    private static RunOrder Wait(MeetingPoint point)
    {
        Func<Meeting, int> work = Rendezvous.Wait;
        PayloadFormat format = PayloadFormat.For(null);
        return new RunOrder(1)
        {
            Method = 1,
            Definition = Packed.Pack(MethodEntries<Meeting, int>.Of(work, CallKind.Plain, format).Identity.AsDotnetMethod()),
            TaskId = 1,
            Attempt = 1,
            ReportStart = false,
            IsStream = false,
            Argument = Carried.Inline(new Payload(PayloadKind.Json, JsonSerializer.SerializeToUtf8Bytes(point.For()))),
        };
    }
}
