using System.Net;
using Offloop.Coordinator.Fetching;

namespace Offloop.Coordinator.Mapping;

/// <summary>The tasks that the program brings.</summary>
public static class BuiltInTasks
{
    /// <summary>Fetches a URL, and returns once the whole body has been read. A status that tells of no success is a failure.</summary>
    /// <exception cref="HttpRequestException">The fetch failed.</exception>
    public static HttpAnswer HttpGet(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new UriFormatException($"{url} is no absolute URL with http or https.");
        FetchResult result = BlockingHttp.Get(new FetchRequest(url, Timeout.InfiniteTimeSpan), cancellationToken);
        return result.Failure is { } failure
            ? throw new HttpRequestException(failure.Message, inner: null, (HttpStatusCode?)result.Status)
            : new HttpAnswer(result.Status!.Value, result.Bytes);
    }
}

/// <summary>The answer to a fetch.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Bytes">The number of bytes read from the body.</param>
public sealed record HttpAnswer(int Status, long Bytes);
