using System.Diagnostics;
using System.Net;

namespace Offloop.Samples.Resilience;

/// <summary>The blocking calls. They run in the workers.</summary>
internal static class Shop
{
    private static readonly HttpClient s_client = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Reads something. However often it is done, the server is as before.</summary>
    public static string Read(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using HttpResponseMessage response = s_client.Send(request);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }

    /// <summary>Buys something. Done twice, it is paid twice. Here its process is killed when the server has answered and before the caller
    /// knows, as the system does it when memory is short.</summary>
    public static string Buy(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        using HttpResponseMessage response = s_client.Send(request);
        Process.GetCurrentProcess().Kill();
        return response.StatusCode.ToString();
    }
}

/// <summary>The server on loopback, and how often each of its pages was asked for.</summary>
internal sealed class FlakyServer
{
    public Dictionary<string, int> Calls { get; } = [];

    public async Task<IResult> AnswerAsync(string page, CancellationToken gone)
    {
        int call;
        lock (Calls)
            call = Calls[page] = Calls.GetValueOrDefault(page) + 1;
        if (page == "hangs-once" && call == 1)
            await Task.Delay(Timeout.Infinite, gone);
        return page == "down" || (page == "flaky" && call <= 2)
            ? Results.StatusCode((int)HttpStatusCode.ServiceUnavailable)
            : Results.Text($"the page {page}");
    }
}
