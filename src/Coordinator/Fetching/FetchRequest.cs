namespace Offloop.Coordinator.Fetching;

/// <summary>One blocking call of a run.</summary>
/// <param name="Url">The URL to fetch, or the name of the work if it is another: <c>cpu</c>.</param>
/// <param name="Timeout">The time that it may take.</param>
/// <param name="Number">The number of the call, counted from 1.</param>
internal sealed record FetchRequest(string Url, TimeSpan Timeout, long Number = 1);
