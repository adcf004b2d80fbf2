using System.Diagnostics;

namespace Offloop.Coordinator.Fetching;

/// <summary>The blocking call of the demonstration. It has no async version.</summary>
internal static class BlockingHttp
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler { Proxy = new LoopbackBypass(HttpClient.DefaultProxy) })
    {
        Timeout = Timeout.InfiniteTimeSpan, // each request brings its own
    };

    /// <inheritdoc cref="Get(FetchRequest, CancellationToken)"/>
    public static FetchResult Get(FetchRequest request) => Get(request, CancellationToken.None);

    /// <summary>Fetches a URL and returns once the whole body has been read. A failure is a result and not an exception, because an HTTP
    /// exception would lose its details on the way out of a worker process.</summary>
    /// <param name="request">The URL, and the time it may take.</param>
    /// <param name="cancellationToken">Ends the fetch before its time.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, or whatever a fetch that is cut off throws.</exception>
    public static FetchResult Get(FetchRequest request, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        int? status = null;
        long bytes = 0;
        FetchFailure? failure = null;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(request.Timeout);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, request.Url);
            using HttpResponseMessage response = s_client.Send(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            status = (int)response.StatusCode;
            bytes = ReadToEnd(response, timeout.Token);
            failure = response.IsSuccessStatusCode ? null : FetchFailures.OfStatus(request.Url, response);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested
            && FetchFailures.Of(error, request, timeout.IsCancellationRequested) is { } known)
        {
            failure = known;
        }
        return new FetchResult(request.Url, status, bytes, Stopwatch.GetElapsedTime(start), Environment.ProcessId, failure);
    }

    private static long ReadToEnd(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // A blocking read takes no token; disposing the response ends it.
        using CancellationTokenRegistration abort =
            cancellationToken.UnsafeRegister(static state => ((HttpResponseMessage)state!).Dispose(), response);
        using Stream body = response.Content.ReadAsStream(cancellationToken);
        byte[] buffer = new byte[32 << 10];
        long total = 0;
        for (int read; (read = body.Read(buffer)) > 0;)
            total += read;
        cancellationToken.ThrowIfCancellationRequested();
        return total;
    }
}
