using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Offloop.Samples.Resilience;

/// <summary>What is done about calls that fail.</summary>
internal static class Pipelines
{
    /// <summary>Three more tries, and no call at all for a while when three of four fail. Make one for each server: a circuit is about
    /// one.</summary>
    public static ResiliencePipeline Create(Func<Exception, bool> mayRetry) => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } error && mayRetry(error)),
            MaxRetryAttempts = 3,
            Delay = TimeSpan.FromMilliseconds(20),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            ShouldHandle = static attempt => ValueTask.FromResult(IsTheServersFault(attempt.Outcome.Exception)),
            MinimumThroughput = 4,
            FailureRatio = 0.75,
            SamplingDuration = TimeSpan.FromSeconds(30),
            BreakDuration = TimeSpan.FromSeconds(30),
        })
        .Build();

    /// <summary>For work that changes something: only what certainly did not run may be sent again.</summary>
    public static bool NeverRan(Exception error) => error switch
    {
        QueueFullException => true,
        WorkerLostException lost => lost.Failure.Phase == TaskPhase.NotStarted,
        _ => false, // also TaskTimeoutException: the task was killed somewhere in its work
    };

    /// <summary>For work that may be done twice: also what a second try may help against.</summary>
    public static bool MayRunTwice(Exception error) => error switch
    {
        TaskTimeoutException => true,
        WorkerLostException lost => lost.Failure.Cause != FailureCause.MemoryLimit, // it would need as much again
        HttpRequestException http => http.StatusCode is null or >= HttpStatusCode.InternalServerError,
        _ => NeverRan(error), // an exception of another type is a bug or a bad argument, and comes again
    };

    /// <summary>A crash and a full queue are this side's, so they open no circuit.</summary>
    private static bool IsTheServersFault(Exception? error) => error switch
    {
        TaskTimeoutException => true,
        HttpRequestException http => http.StatusCode is null or >= HttpStatusCode.InternalServerError,
        _ => false,
    };
}
