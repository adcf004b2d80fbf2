using System.Text.Json.Serialization;

namespace Offloop.Coordinator.Fetching;

/// <summary>The outcome of one fetch.</summary>
/// <param name="Url">The URL that was fetched, or the name of other work.</param>
/// <param name="Status">The HTTP status, or null if no answer came.</param>
/// <param name="Bytes">The number of bytes read from the body.</param>
/// <param name="Duration">The time that the call took in the process that made it.</param>
/// <param name="ProcessId">The process that made the call, or null if it is not known.</param>
/// <param name="Failure">The reason of its failure, or null if it succeeded.</param>
internal sealed record FetchResult(string Url, int? Status, long Bytes, TimeSpan Duration, int? ProcessId, FetchFailure? Failure = null)
{
    [JsonIgnore]
    public bool Ok => Failure is null;

    /// <summary>The exception of the executor or the task, if that was the reason. It does not travel.</summary>
    [JsonIgnore]
    public Exception? Error { get; init; }
}

/// <summary>The reason why a fetch failed.</summary>
/// <param name="Kind">The kind of failure, in words; failures are counted by it.</param>
/// <param name="Message">One line that starts with the kind and names the URL.</param>
internal sealed record FetchFailure(string Kind, string Message)
{
    /// <summary>The executor has ended the call at its timeout.</summary>
    public const string Ended = "killed by timeout";

    /// <summary>The call was lost with its worker.</summary>
    public const string Lost = "worker lost";

    /// <summary>Whether a kind of failure means that nobody knows what became of the call.</summary>
    public static bool IsLoss(string kind) => kind is Ended or Lost;

    /// <summary>A failure whose line reads <c>kind: url (detail)</c>.</summary>
    public static FetchFailure Of(string kind, string url, string detail) => new(kind, $"{kind}: {url} ({detail})");
}
