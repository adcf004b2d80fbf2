using System.Net.Sockets;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Fetching;

/// <summary>Says in one line why a fetch failed.</summary>
internal static class FetchFailures
{
    public static FetchFailure OfStatus(string url, HttpResponseMessage response)
    {
        string reason = string.IsNullOrEmpty(response.ReasonPhrase) ? "no reason given" : response.ReasonPhrase;
        return FetchFailure.Of($"status {(int)response.StatusCode}", url, reason);
    }

    /// <summary>Explains an exception of the HTTP call. Null if the exception does not come from the call.</summary>
    public static FetchFailure? Of(Exception error, FetchRequest request, bool timedOut) => error switch
    {
        // A call that is cut off in the middle may end in any of these.
        OperationCanceledException or HttpRequestException or IOException or ObjectDisposedException when timedOut =>
            FetchFailure.Of("timeout", request.Url, $"no complete answer within {DurationText.Format(request.Timeout)}"),
        HttpRequestException http => Of(http, request.Url),
        IOException => FetchFailure.Of("connection broken", request.Url, Innermost(error)),
        _ => null,
    };

    private static FetchFailure Of(HttpRequestException error, string url) => error.HttpRequestError switch
    {
        HttpRequestError.ConnectionError when error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            FetchFailure.Of("connection refused", url, "nothing listens there"),
        HttpRequestError.ConnectionError => FetchFailure.Of("connection failed", url, Innermost(error)),
        HttpRequestError.NameResolutionError =>
            FetchFailure.Of("unknown host", url, $"the name {new Uri(url).Host} could not be resolved: {Innermost(error)}"),
        HttpRequestError.SecureConnectionError => FetchFailure.Of("TLS error", url, Innermost(error)),
        HttpRequestError.ProxyTunnelError => FetchFailure.Of("proxy error", url, Innermost(error)),
        _ => FetchFailure.Of("connection broken", url, Innermost(error)),
    };

    /// <summary>The innermost message names the cause; the outer ones only say that something failed.</summary>
    private static string Innermost(Exception error) => error.GetBaseException().Message.ReplaceLineEndings(" ").TrimEnd('.');
}
