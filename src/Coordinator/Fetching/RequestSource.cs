using System.Diagnostics.CodeAnalysis;

namespace Offloop.Coordinator.Fetching;

/// <summary>The requests of a run: each URL in turn, until <paramref name="count"/> were taken. Only the event loop uses it.</summary>
internal sealed class RequestSource(IReadOnlyList<Uri> urls, TimeSpan timeout, int count)
{
    private readonly FetchRequest[] _requests = [.. urls.Select(url => new FetchRequest(url.AbsoluteUri, timeout))];
    private int _taken;

    public bool TryTake([NotNullWhen(true)] out FetchRequest? request)
    {
        request = _taken < count ? _requests[_taken % _requests.Length] : null;
        if (request is null)
            return false;
        // Without a count, the number would overflow some day.
        _taken = count == int.MaxValue ? (_taken + 1) % _requests.Length : _taken + 1;
        return true;
    }
}
