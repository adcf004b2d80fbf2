namespace Offloop.Coordinator.Fetching;

/// <summary>One blocking call of a run.</summary>
/// <param name="Url">The URL to fetch, or the name of the work if it is another.</param>
/// <param name="Timeout">The time that it may take.</param>
/// <param name="Work">What it does.</param>
/// <param name="Number">The number of the call, counted from 1.</param>
internal sealed record FetchRequest(string Url, TimeSpan Timeout, WorkKind Work = WorkKind.Http, long Number = 1);
