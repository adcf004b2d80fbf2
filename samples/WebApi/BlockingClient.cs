namespace Offloop.Samples.WebApi;

/// <summary>A client with blocking calls only, like that of many an old library. It takes no timeout and no token. It runs in the
/// workers.</summary>
internal static class BlockingClient
{
    // One for each worker. It has no limit of its own, as bad clients have none.
    private static readonly HttpClient s_client = new() { Timeout = Timeout.InfiniteTimeSpan };

    public static string Download(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using HttpResponseMessage response = s_client.Send(request);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }
}
