namespace Offloop.Coordinator.Fetching;

/// <summary>A URL to fetch, and the time that it may take.</summary>
internal sealed record FetchRequest(string Url, TimeSpan Timeout);
