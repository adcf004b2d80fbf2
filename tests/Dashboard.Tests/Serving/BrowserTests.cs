using Offloop.SampleTasks;
using Offloop.Tests;
using Offloop.Tests.Support;

namespace Offloop.Dashboard.Serving;

/// <summary>The page in a browser, as its readers have it.</summary>
public sealed class BrowserTests
{
    private const int Limit = 120_000;
    private const string Text = "document.body.innerText";

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task A_browser_shows_numbers_that_change_and_a_worker_that_was_killed_on_a_phone_and_complains_about_nothing()
    {
        Assert.SkipWhen(Browser.Find() is null, "There is no Chromium here to show the page.");
        await using DashboardApp app = await DashboardApp.StartAsync(new DashboardOptions { Actions = DashboardActions.All });
        await using var meeting = new MeetingPoint();
        await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { Name = "on a phone", MaxWorkers = 1 });
        await using Browser browser = await Browser.OpenAsync(Browser.Find()!, new Uri(app.Address, "/offloop"), width: 360);
        await browser.UntilAsync($"{Text}.includes('on a phone')");

        for (int i = 0; i < 30; i++)
            await pool.SubmitAsync(Basics.SquareSlowly, i);
        await browser.UntilAsync(
            "[...document.querySelectorAll('.tile')].some(tile => tile.innerText.replace(/\\s+/g, ' ') === 'succeeded 30')");
        await browser.UntilAsync("document.querySelector('svg.throughput polyline').getAttribute('points').split(' ').length > 4");

        const string Name = "<img src=x onerror=document.title='hurt'> and a name without an end ";
        string name = Name.PadRight(300, 'x');
        Task<int> waiting = pool.SubmitAsync(Rendezvous.Wait, meeting.For(), new SubmitOptions { Name = name });
        Visitor visitor = await meeting.NextAsync();
        await browser.UntilAsync("document.querySelector('td.tasks .name')?.textContent.startsWith('<img src=x')");
        System.Diagnostics.Process.GetProcessById(visitor.ProcessId).Kill();
        await Assert.ThrowsAsync<WorkerLostException>(() => waiting);

        await browser.UntilAsync("document.querySelector('.ends tbody .state')?.textContent === 'crashed'");
        await browser.UntilAsync("document.querySelector('.failures .name')?.textContent.startsWith('<img src=x')");
        await browser.EvaluateAsync("document.querySelectorAll('details').forEach(one => one.open = true), 0");
        Assert.Equal(360, await browser.EvaluateAsync("document.documentElement.scrollWidth"));
        Assert.Equal(0, await browser.CountAsync("main img"));
        Assert.Equal(0, await browser.EvaluateAsync("Number(document.title.includes('hurt'))"));
        Assert.Empty(browser.Complaints);
    }

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task A_task_is_ended_by_keyboard_alone_and_the_page_says_so()
    {
        Assert.SkipWhen(Browser.Find() is null, "There is no Chromium here to show the page.");
        await using DashboardApp app = await DashboardApp.StartAsync(new DashboardOptions { Actions = DashboardActions.EndTask });
        await using var meeting = new MeetingPoint();
        await using var pool = new ProcessPoolExecutor(
            new ProcessPoolOptions { Name = "by keyboard", MaxWorkers = 1, CancellationGrace = TimeSpan.Zero });
        Task<int> waiting = pool.SubmitAsync(Rendezvous.Wait, meeting.For(), new SubmitOptions { Name = "the one" });
        await meeting.NextAsync();
        await using Browser browser = await Browser.OpenAsync(Browser.Find()!, new Uri(app.Address, "/offloop"), width: 900);
        await browser.UntilAsync("document.querySelector('td.tasks button')");

        for (int presses = 0; await browser.EvaluateAsync("Number(document.activeElement.matches('td.tasks button'))") == 0; presses++)
        {
            Assert.True(presses < 50, "The key Tab does not lead to the button.");
            await browser.PressAsync("Tab", 9);
        }
        await browser.PressAsync("Enter", 13, "\r");
        await browser.UntilAsync("document.getElementById('question').open");
        await browser.PressAsync("Escape", 27); // not this time
        await browser.UntilAsync("!document.getElementById('question').open && document.activeElement.matches('td.tasks button')");
        await browser.PressAsync("Enter", 13, "\r");
        await browser.UntilAsync("document.activeElement.id === 'question-no'");
        await browser.PressAsync("Tab", 9);
        await browser.PressAsync("Enter", 13, "\r");

        Assert.Contains("ended by hand", (await Assert.ThrowsAsync<ExecutorException>(() => waiting)).Message, StringComparison.Ordinal);
        await browser.UntilAsync("document.getElementById('result').innerText.includes('was asked to end')");
        Assert.Empty(browser.Complaints);
    }

    [Fact(Timeout = Limit, Explicit = true)]
    public async Task A_page_whose_application_has_ended_says_since_when()
    {
        Assert.SkipWhen(Browser.Find() is null, "There is no Chromium here to show the page.");
        DashboardApp app = await DashboardApp.StartAsync();
        await using Browser browser = await Browser.OpenAsync(Browser.Find()!, new Uri(app.Address, "/offloop"), width: 900);
        await browser.UntilAsync("document.getElementById('connection').dataset.state === 'live'");

        await app.DisposeAsync();

        await browser.UntilAsync($"/disconnected since \\d\\d:\\d\\d:\\d\\d/.test({Text})");
    }
}
