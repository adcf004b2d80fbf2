using System.Text.Json.Serialization;

namespace Offloop.Coordinator.Fetching;

/// <summary>What became of one fetch.</summary>
/// <param name="Url">What was fetched.</param>
/// <param name="Status">The HTTP status, or null where no answer came.</param>
/// <param name="Bytes">How many bytes of the body were read.</param>
/// <param name="Duration">The time that the call took, where it ran.</param>
/// <param name="ProcessId">The process that it ran in, or null where that is not known.</param>
/// <param name="Failure">Why it failed, or null where it did not.</param>
internal sealed record FetchResult(string Url, int? Status, long Bytes, TimeSpan Duration, int? ProcessId, FetchFailure? Failure = null)
{
    [JsonIgnore]
    public bool Ok => Failure is null;
}

/// <summary>Why a fetch failed.</summary>
/// <param name="Kind">The kind of failure, in words; failures are counted by it.</param>
/// <param name="Message">One line that starts with the kind and names the URL.</param>
internal sealed record FetchFailure(string Kind, string Message)
{
    /// <summary>A failure whose line reads <c>kind: url (detail)</c>.</summary>
    public static FetchFailure Of(string kind, string url, string detail) => new(kind, $"{kind}: {url} ({detail})");
}
