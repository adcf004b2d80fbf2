using System.Diagnostics;
using Offloop.Coordinator.Stopping;

namespace Offloop.Coordinator.Fetching;

/// <summary>Calls the blocking task in an endless loop through an executor, and awaits each call. It runs on the event loop; if the
/// executor runs calls inline, it never yields.</summary>
/// <param name="executor">Runs the calls.</param>
/// <param name="requests">The requests to make.</param>
/// <param name="stop">Ends the loop.</param>
/// <param name="fetched">Called with every result.</param>
/// <param name="requires">The labels that a node must have.</param>
/// <param name="named">Whether the executor is told what each call is for.</param>
internal sealed class BlockingWorker(
    Executor executor, RequestSource requests, StopSignal stop, Action<FetchResult> fetched, IReadOnlyList<string> requires, bool named)
{
    public async Task RunAsync()
    {
        while (!stop.IsRequested && requests.TryTake(out FetchRequest? request))
        {
            FetchResult? result = await FetchAsync(request);
            if (result is not null && !stop.IsRequested)
                fetched(result);
        }
    }

    /// <summary>Submits a call that is already cancelled, so that the loop is spared the loading, compiling and checking of a first
    /// submit.</summary>
    public static void WarmUp(Executor executor) => _ = executor.SubmitAsync(
        Workload.Do, new FetchRequest("", TimeSpan.Zero), options: null, new CancellationToken(canceled: true));

    /// <summary>The result of one fetch, or null if the run has ended.</summary>
    private async Task<FetchResult?> FetchAsync(FetchRequest request)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return await executor.SubmitAsync(Workload.Do, request, OptionsOf(request), stop.Token);
        }
        catch (Exception) when (stop.IsRequested)
        {
            return null; // the call was cancelled or killed with its executor
        }
        catch (BrokenExecutorException broken)
        {
            stop.Fail(broken.Message);
            return null;
        }
        catch (Exception error) // any other exception is the failure of this fetch alone
        {
            return new FetchResult(request.Url, null, 0, Stopwatch.GetElapsedTime(start), ProcessOf(error), FailureOf(error, request.Url))
            {
                Error = error,
            };
        }
    }

    private SubmitOptions? OptionsOf(FetchRequest request) =>
        named || requires.Count > 0
            ? new SubmitOptions { Name = named ? $"{request.Url} #{request.Number}" : null, Requires = requires }
            : null;

    private static int? ProcessOf(Exception error) => error switch
    {
        ExecutorException { Failure.ProcessId: var id } => id,
        TaskTimeoutException { Failure.ProcessId: var id } => id,
        _ => null,
    };

    private static FetchFailure FailureOf(Exception error, string url)
    {
        string kind = error switch
        {
            TaskTimeoutException => FetchFailure.Ended,
            WorkerLostException => FetchFailure.Lost,
            ExecutorException { Failure.Cause: var cause } => $"executor failure {cause}",
            _ => error.GetType().Name,
        };
        return FetchFailure.Of(kind, url, error.Message.ReplaceLineEndings(" ").TrimEnd('.'));
    }
}
