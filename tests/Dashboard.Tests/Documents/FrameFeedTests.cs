using Offloop.Dashboard.Recording;
using Offloop.Tests;

namespace Offloop.Dashboard.Documents;

public sealed class FrameFeedTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task A_frame_that_cannot_be_made_ends_no_page_that_did_not_wait_for_it()
    {
        using var records = new ExecutorRecords();
        var maker = new FrameMaker(records, []);
        int made = 0;
        var feed = new FrameFeed(records, lags => ++made == 2 ? throw new InvalidTimeZoneException("no clock") : maker.Make(lags));
        Assert.True(feed.TryOpenPage());
        CancellationToken end = TestContext.Current.CancellationToken;

        Frame first = await feed.NextAsync(0, end);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => feed.NextAsync(first.Number, end)); // another page, which waits
        Frame second = await feed.NextAsync(first.Number, end);

        Assert.Equal(first.Number + 1, second.Number);
        feed.ClosePage();
    }
}
