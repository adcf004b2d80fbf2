using Offloop.Cluster.Messages;

namespace Offloop.Cluster.Nodes;

/// <summary>The lease of a session. The node asks for it again and again, and it lasts from when it has asked: the coordinator counts from
/// when it has heard, which is later. Without an answer in that time the session ends, and all that it runs. The clock does not stand
/// still while the process is stopped, so a process that goes on after that finds its lease over.</summary>
internal static class Lease
{
    /// <summary>Keeps a session until it is over.</summary>
    /// <param name="session">The session.</param>
    /// <param name="timeout">How long the lease lasts.</param>
    /// <param name="asked">When the node has asked to be admitted.</param>
    /// <param name="renew">Asks for the lease; false if the session is over.</param>
    /// <param name="time">The clock.</param>
    public static async Task KeepAsync(
        NodeSession session, TimeSpan timeout, long asked, Func<NodeCondition, Task<bool>> renew, TimeProvider time)
    {
        long last = asked;
        var period = new PeriodicTimer(timeout / 4, time);
        await using ITimer end = time.CreateTimer(_ => EndIfOver(), null, timeout / 16, timeout / 16);
        do
        {
            _ = AskAsync(); // not awaited: an answer that does not come must not keep the next question
        }
        while (await IsNextAsync().ConfigureAwait(false));
        period.Dispose();

        async Task AskAsync()
        {
            long now = time.GetTimestamp();
            try
            {
                if (await renew(session.Condition).ConfigureAwait(false))
                {
                    InterlockedMax(ref last, now);
                    session.NoteRenewal(time.GetElapsedTime(now));
                }
                else
                {
                    session.End(new SessionEnd(SessionEndKind.Lost, "the executor has given this node up"));
                }
            }
            catch (Exception) // the executor cannot be reached now, in whatever way
            {
            }
        }

        async Task<bool> IsNextAsync()
        {
            Task<bool> tick = period.WaitForNextTickAsync().AsTask();
            return await Task.WhenAny(tick, session.Ended).ConfigureAwait(false) == tick && !session.Ended.IsCompleted;
        }

        void EndIfOver()
        {
            if (time.GetElapsedTime(Interlocked.Read(ref last)) > timeout)
                session.End(new SessionEnd(SessionEndKind.Lost, "the executor did not answer in time"));
        }
    }

    private static void InterlockedMax(ref long place, long value)
    {
        long known = Interlocked.Read(ref place);
        while (known < value && Interlocked.CompareExchange(ref place, value, known) is var found && found != known)
            known = found;
    }
}
