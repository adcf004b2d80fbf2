using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Offloop.Dashboard.Documents;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Serving;

public sealed class EventStreamTests
{
    [Fact(Timeout = Waiting.Hang)]
    public async Task Nothing_is_heard_of_tasks_where_nobody_looks()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "quiet" });
        Assert.False(threads.Events.HearsTasks);

        using (PageStream page = await app.OpenAsync())
        {
            await page.UntilAsync("quiet", static _ => true);
            Assert.True(threads.Events.HearsTasks);
        }

        await Waiting.UntilAsync(() => !threads.Events.HearsTasks, "nobody hears of tasks any more");
        Assert.True(threads.Events.HearsFailures);
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task Failures_are_sent_when_they_have_changed()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "changing" });
        using PageStream page = await app.OpenAsync();
        Assert.Equal(0, (await CountAsync()));

        await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => threads.SubmitAsync(static () => throw new InvalidTimeZoneException("no winter")));

        Assert.Equal(1, (await CountAsync()));

        async Task<int> CountAsync() => (await page.NextAsync("failures"))!.Value.EnumerateArray()
            .Sum(static executor => executor.GetProperty("failures").GetArrayLength());
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_thirty_third_page_is_told_that_there_are_too_many_and_finds_room_when_one_is_closed()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        PageStream[] pages = await Task.WhenAll(Enumerable.Range(0, FrameFeed.MaxPages).Select(_ => app.OpenAsync()));
        using (PageStream surplus = await app.OpenAsync())
        {
            Assert.Equal(503, surplus.Status);
            Assert.Equal("32 pages are open already; close one of them.\n", await surplus.BodyAsync());
        }

        pages[0].Dispose();

        PageStream? late = null;
        await Waiting.UntilAsync(() => (late = app.OpenAsync().GetAwaiter().GetResult()).Status == 200, "there is room again");
        Assert.NotNull(await late!.NextAsync("numbers"));
        late.Dispose();
        Array.ForEach(pages, static page => page.Dispose());
    }

    [Fact(Timeout = Waiting.Hang / 4)] // of the host's own 30 seconds
    public async Task An_open_page_does_not_hold_up_the_end_of_the_application()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        using PageStream page = await app.OpenAsync();
        Assert.NotNull(await page.NextAsync("numbers"));

        await app.StopAsync();

        while (await page.NextAsync("numbers") is not null)
            continue;
    }

    [Fact(Timeout = Waiting.Hang / 4)]
    public async Task A_page_that_never_reads_holds_up_neither_the_others_nor_the_end()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions { Name = "unread" });
        for (int i = 0; i < 100; i++)
            await Assert.ThrowsAsync<LongException>(() => threads.SubmitAsync(static () => throw new LongException()));
        using var silent = new TcpClient { ReceiveBufferSize = 1024 };
        await silent.ConnectAsync(app.Address.Host, app.Address.Port);
        await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /offloop/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        Assert.True(await silent.GetStream().ReadAsync(new byte[1]) > 0); // its stream has begun
        using PageStream page = await app.OpenAsync();
        JsonElement failures = (await page.NextAsync("failures"))!.Value;
        for (int i = 0; i < 3; i++)
            Assert.NotNull(await page.NextAsync("numbers"));

        await app.StopAsync();

        Assert.InRange(await CountAsync(silent.GetStream()), 0, failures.GetRawText().Length - 1); // it was stuck indeed
    }

    private static async Task<long> CountAsync(NetworkStream stream)
    {
        long count = 0;
        byte[] buffer = new byte[65536];
        try
        {
            while (await stream.ReadAsync(buffer) is var read and > 0)
                count += read;
        }
        catch (IOException)
        {
            // The connection was aborted.
        }
        return count;
    }

    /// <summary>As long as an exception may be on the page, of letters that JSON writes with six: a hundred fit no buffer.</summary>
    private sealed class LongException() : Exception(new string('ä', 2_000))
    {
        public override string StackTrace => new('ö', 8_000);
    }
}
