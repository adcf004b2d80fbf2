using Microsoft.Extensions.Time.Testing;
using Offloop.Cluster.Messages;
using Offloop.Cluster.Nodes;

namespace Offloop.Tests.Nodes;

/// <summary>The lease, seen from the node, with a clock that is moved by hand.</summary>
public sealed class LeaseTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(8);

    private readonly FakeTimeProvider _clock = new();

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_session_whose_questions_are_answered_goes_on()
    {
        await using NodeSession session = NewSession();
        int asked = 0;
        Task lease = Keep(session, _ => Task.FromResult(Interlocked.Increment(ref asked) > 0));

        for (int i = 0; i < 40; i++)
        {
            int before = Volatile.Read(ref asked);
            _clock.Advance(s_timeout / 4);
            await Waiting.UntilAsync(() => Volatile.Read(ref asked) > before, "it asks again");
        }

        Assert.False(session.Ended.IsCompleted);
        session.End(new SessionEnd(SessionEndKind.Left, "the test is over"));
        await lease;
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Without_an_answer_the_session_ends_with_the_time_that_began_with_the_last_answered_question()
    {
        await using NodeSession session = NewSession();
        var never = new TaskCompletionSource<bool>();
        Task lease = Keep(session, _ => never.Task);

        _clock.Advance(s_timeout * 0.9);
        Assert.False(session.Ended.IsCompleted);
        _clock.Advance(s_timeout * 0.2);

        Assert.Equal(SessionEndKind.Lost, (await session.Ended).Kind);
        await lease;
        never.SetResult(true); // too late: it stays over
        Assert.Equal(SessionEndKind.Lost, (await session.Ended).Kind);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_refused_lease_ends_the_session_at_once()
    {
        await using NodeSession session = NewSession();
        Task lease = Keep(session, static _ => Task.FromResult(false));

        Assert.Equal(SessionEndKind.Lost, (await session.Ended).Kind);
        await lease;
    }

    private static NodeSession NewSession() => new(
        new JoinAnswer { Session = Guid.NewGuid(), NodeTimeout = s_timeout, MaxMessageBytes = 1 << 20 },
        new ProcessPoolOptions { MinWorkers = 0, MaxWorkers = 1 },
        static (_, _, _) => Task.FromResult(true));

    private Task Keep(NodeSession session, Func<NodeCondition, Task<bool>> renew) =>
        Lease.KeepAsync(session, s_timeout, _clock.GetTimestamp(), renew, _clock);
}
