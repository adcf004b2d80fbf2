namespace Offloop.Coordinator.Fetching;

/// <summary>What to fetch, and how long it may take.</summary>
internal sealed record FetchRequest(string Url, TimeSpan Timeout);
