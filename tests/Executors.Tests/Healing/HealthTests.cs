using Microsoft.Extensions.Time.Testing;
using Offloop.Healing;

namespace Offloop.Tests.Healing;

/// <summary>What failed and successful starts make of a pool, without processes.</summary>
public sealed class HealthTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TaskFailure s_facts = new() { Cause = FailureCause.StartFailure };

    private readonly FakeTimeProvider _clock = new();
    private readonly Health _health;

    public HealthTests() => _health = new Health(s_patience, _clock, static () => 1);

    [Fact]
    public void Five_deterministic_failures_break_a_pool_that_never_had_a_worker()
    {
        Fail(isDeterministic: true, times: 4);
        Assert.Equal(Condition.Degraded, Look());
        Fail(isDeterministic: true);
        Assert.Equal(Condition.Broken, Look());
        _health.Succeeded(); // a start that was under way
        Assert.Equal(Condition.Broken, Look());
    }

    [Fact]
    public void A_pool_that_ever_had_a_worker_is_never_broken()
    {
        _health.Succeeded();
        Fail(isDeterministic: true, times: 50);
        Assert.Equal(Condition.Degraded, Look());
    }

    [Fact]
    public void Failures_of_the_surroundings_never_break_a_pool()
    {
        Fail(isDeterministic: false, times: 50);
        Assert.Equal(Condition.Degraded, Look());
    }

    [Fact]
    public void One_failure_of_the_surroundings_among_deterministic_ones_starts_their_count_anew()
    {
        Fail(isDeterministic: true, times: 4);
        Fail(isDeterministic: false);
        Fail(isDeterministic: true, times: 4);
        Assert.Equal(Condition.Degraded, Look());
        Fail(isDeterministic: true);
        Assert.Equal(Condition.Broken, Look());
    }

    [Fact]
    public void Starts_that_were_under_way_when_the_first_one_failed_count_once()
    {
        int[] epochs = [.. Enumerable.Range(0, 16).Select(_ => _health.Begin())];

        TimeSpan?[] pauses = [.. epochs.Select(epoch => _health.Failed(epoch, isDeterministic: true, "they all failed", s_facts))];

        Assert.Equal(TimeSpan.FromMilliseconds(100), pauses[0]);
        Assert.All(pauses[1..], static pause => Assert.Null(pause));
        Assert.Equal(Condition.Degraded, Look());
    }

    [Fact]
    public void The_pauses_grow_to_two_seconds_and_are_spread_below_that()
    {
        int[] longest = [.. Pauses(_health).Take(8)];
        int[] shortest = [.. Pauses(new Health(s_patience, _clock, static () => 0)).Take(8)];

        Assert.Equal([100, 200, 400, 800, 1600, 2000, 2000, 2000], longest);
        Assert.Equal(longest.Select(static pause => pause / 2), shortest);

        static IEnumerable<int> Pauses(Health health)
        {
            while (true)
                yield return (int)health.Failed(health.Begin(), isDeterministic: false, "it failed", s_facts)!.Value.TotalMilliseconds;
        }
    }

    [Fact]
    public void A_worker_that_is_ready_makes_the_pool_whole_and_the_pauses_short_again()
    {
        Fail(isDeterministic: false, times: 5);
        _health.Succeeded();
        Assert.Equal(Condition.Whole, Look());
        Assert.Equal(TimeSpan.FromMilliseconds(100), Fail(isDeterministic: false));
    }

    [Fact]
    public void The_patience_runs_from_the_first_failure_and_its_end_is_foretold()
    {
        Fail(isDeterministic: false);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Fail(isDeterministic: false);

        Assert.Equal((Condition.Degraded, TimeSpan.FromSeconds(20)), (LookAhead(out TimeSpan? recheck), recheck));

        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(Condition.Helpless, Look());
        Fail(isDeterministic: false);
        Assert.Equal(Condition.Helpless, Look());
        _health.Succeeded();
        Assert.Equal(Condition.Whole, Look());
    }

    [Fact]
    public void The_patience_does_not_run_while_a_worker_is_ready()
    {
        _health.Succeeded();
        Fail(isDeterministic: false);
        Assert.Equal(Condition.Degraded, Look(anyReady: true));
        _clock.Advance(s_patience * 2);
        Assert.Equal(Condition.Degraded, Look(anyReady: true));

        Assert.Equal(Condition.Degraded, Look()); // it has ended
        _clock.Advance(s_patience);
        Fail(isDeterministic: false);
        Assert.Equal((Condition.Degraded, s_patience), (LookAhead(out TimeSpan? recheck), recheck));
        _clock.Advance(s_patience);
        Assert.Equal(Condition.Helpless, Look());
    }

    [Fact]
    public void Without_a_limit_the_patience_does_not_end()
    {
        var health = new Health(Timeout.InfiniteTimeSpan, _clock);
        health.Failed(health.Begin(), isDeterministic: false, "it failed", s_facts);
        _clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal(Condition.Degraded, health.Look(anyReady: false, out TimeSpan? recheck).Condition);
        Assert.Null(recheck);
    }

    [Fact]
    public void A_diagnosis_has_the_words_and_facts_of_the_last_failure()
    {
        Fail(isDeterministic: false);
        TaskFailure last = s_facts with { ExitCode = 7 };
        _health.Failed(_health.Begin(), isDeterministic: false, "the last one", last);
        Assert.Equal(new Diagnosis(Condition.Degraded, "the last one", last), _health.Look(anyReady: false, out _));
    }

    [Fact]
    public void Workers_that_die_unused_are_no_failed_starts_and_many_at_once_count_once()
    {
        for (int i = 0; i < 20; i++)
            _health.Succeeded();

        TimeSpan?[] pauses = [.. Enumerable.Range(0, 8).Select(_ => _health.DiedUnused(TimeSpan.Zero))];

        Assert.Equal(TimeSpan.FromMilliseconds(100), pauses[0]);
        Assert.All(pauses[1..], static pause => Assert.Null(pause));
        Assert.Equal(Condition.Whole, Look());
    }

    [Fact]
    public void Workers_that_die_unused_one_after_the_other_are_replaced_more_and_more_slowly()
    {
        Assert.Equal([100, 200, 400], [Die(), Die(), Die()]);
        _health.Proved();
        Assert.Equal(100, Die());
        Assert.Null(_health.DiedUnused(TimeSpan.FromMinutes(1))); // an idle one that somebody has killed
        Assert.Equal(100, Die());

        int Die()
        {
            _health.Succeeded();
            TimeSpan pause = _health.DiedUnused(TimeSpan.FromMilliseconds(100))!.Value;
            _clock.Advance(pause);
            return (int)pause.TotalMilliseconds;
        }
    }

    private TimeSpan? Fail(bool isDeterministic, int times = 1)
    {
        TimeSpan? pause = null;
        for (int i = 0; i < times; i++)
            pause = _health.Failed(_health.Begin(), isDeterministic, "it failed", s_facts);
        return pause;
    }

    private Condition Look(bool anyReady = false) => _health.Look(anyReady, out _).Condition;

    private Condition LookAhead(out TimeSpan? recheck) => _health.Look(anyReady: false, out recheck).Condition;
}
