using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Offloop.Tests;

/// <summary>A headless Chromium with one page, driven over its debugging protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] s_programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _complaints = [];
    private int _id;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Errors that the page or the browser reported.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    /// <summary>The browser, or null if there is none on this machine.</summary>
    public static string? Find() => Array.Find(s_programs, File.Exists);

    /// <summary>Opens a page as wide as asked, and returns when it is loaded.</summary>
    public static async Task<Browser> OpenAsync(string program, Uri page, int width)
    {
        string profile = Directory.CreateTempSubdirectory("offloop-browser-").FullName;
        string[] arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", $"--user-data-dir={profile}"];
        var start = new ProcessStartInfo(program, [.. arguments, "about:blank"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var browser = new Browser(Process.Start(start)!, profile);
        try
        {
            await browser.ConnectAsync().WaitAsync(s_limit);
            await browser.LoadAsync(page, width).WaitAsync(s_limit);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async Task<double> EvaluateAsync(string expression)
    {
        JsonElement answer = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true })
            .WaitAsync(s_limit);
        return answer.GetProperty("result").GetProperty("value").GetDouble();
    }

    /// <summary>Looks until an expression is true.</summary>
    public async Task UntilAsync(string expression)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (await EvaluateAsync($"Number(Boolean({expression}))") == 0)
            await Task.Delay(20, limit.Token);
    }

    /// <summary>Presses a key and lets it go.</summary>
    /// <param name="key">Its name, such as <c>Tab</c>.</param>
    /// <param name="code">Its number.</param>
    /// <param name="text">What it writes, or an empty string.</param>
    public async Task PressAsync(string key, int code, string text = "")
    {
        foreach (string type in (string[])["keyDown", "keyUp"])
        {
            var press = new JsonObject { ["type"] = type, ["key"] = key, ["windowsVirtualKeyCode"] = code };
            if (type == "keyDown" && text.Length > 0)
                press["text"] = text;
            await CallAsync("Input.dispatchKeyEvent", press).WaitAsync(s_limit);
        }
    }

    public Task<double> CountAsync(string selector) => EvaluateAsync($"document.querySelectorAll('{selector}').length");

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        for (int tries = 0; Directory.Exists(_profile); tries++)
        {
            try
            {
                Directory.Delete(_profile, recursive: true);
            }
            catch (IOException) when (tries < 20)
            {
                await Task.Delay(50); // one of its processes may still write
            }
        }
    }

    private async Task ConnectAsync()
    {
        const string Announced = "DevTools listening on ";
        string? line;
        do
            line = await _process.StandardError.ReadLineAsync();
        while (line is not null && !line.StartsWith(Announced, StringComparison.Ordinal));
        var root = new Uri(line?[Announced.Length..] ?? throw new InvalidOperationException("The browser has ended."));
        _ = _process.StandardError.ReadToEndAsync();
        using var client = new HttpClient();
        string pages = await client.GetStringAsync(new Uri($"http://{root.Authority}/json/list"));
        JsonElement first = JsonElement.Parse(pages).EnumerateArray().First(item => item.GetProperty("type").GetString() == "page");
        await _socket.ConnectAsync(new Uri(first.GetProperty("webSocketDebuggerUrl").GetString()!), CancellationToken.None);
    }

    private async Task LoadAsync(Uri page, int width)
    {
        foreach (string domain in (string[])["Runtime", "Log", "Page"])
            await CallAsync($"{domain}.enable", []);
        await CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject { ["width"] = width, ["height"] = 740, ["deviceScaleFactor"] = 2, ["mobile"] = true });
        await CallAsync("Page.navigate", new JsonObject { ["url"] = page.AbsoluteUri });
        JsonElement method;
        while (!(await ReceiveAsync()).TryGetProperty("method", out method) || method.GetString() != "Page.loadEventFired")
            continue;
    }

    private async Task<JsonElement> CallAsync(string method, JsonObject parameters)
    {
        int id = ++_id;
        string call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }.ToJsonString();
        await _socket.SendAsync(Encoding.UTF8.GetBytes(call), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        while (true)
        {
            JsonElement message = await ReceiveAsync();
            if (message.TryGetProperty("id", out JsonElement answered) && answered.GetInt32() == id)
                return message.GetProperty("result");
        }
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        JsonElement received = JsonElement.Parse(message.ToArray());
        string? method = received.TryGetProperty("method", out JsonElement name) ? name.GetString() : null;
        if (method is "Runtime.exceptionThrown" or "Log.entryAdded" or "Runtime.consoleAPICalled")
            _complaints.Add(received.GetRawText());
        return received;
    }
}
