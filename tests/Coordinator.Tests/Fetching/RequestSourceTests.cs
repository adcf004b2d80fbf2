using Offloop.Coordinator.Fetching;

namespace Offloop.Tests.Fetching;

public class RequestSourceTests
{
    private static readonly string[] s_urls = ["http://a.example/", "http://b.example/"];

    [Fact]
    public void Urls_are_used_in_turn_until_the_count_is_reached()
    {
        var source = new RequestSource(s_urls, TimeSpan.FromSeconds(1), count: 3);

        Assert.Equal(["http://a.example/", "http://b.example/", "http://a.example/"], TakeUpTo(10, source));
        Assert.False(source.TryTake(out _));
    }

    [Fact]
    public void Without_a_count_there_is_no_end() =>
        Assert.Equal(1001, TakeUpTo(1001, new RequestSource(s_urls, TimeSpan.FromSeconds(1), count: null)).Count);

    [Fact]
    public void Closed_it_gives_no_more()
    {
        var source = new RequestSource(["crash"], TimeSpan.FromSeconds(1), count: null);
        Assert.True(source.TryTake(out FetchRequest? request));
        Assert.Equal(("crash", 1L), (request.Url, request.Number));

        source.Close();

        Assert.False(source.TryTake(out _));
        Assert.Equal(1, source.Taken);
    }

    private static List<string> TakeUpTo(int most, RequestSource source)
    {
        List<string> taken = [];
        while (taken.Count < most && source.TryTake(out FetchRequest? request))
            taken.Add(request.Url);
        return taken;
    }
}
