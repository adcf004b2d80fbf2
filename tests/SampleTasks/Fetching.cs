namespace Offloop.SampleTasks;

/// <summary>A call with no async version.</summary>
public static class Fetching
{
    private static readonly HttpClient s_client = new(new SocketsHttpHandler());

    /// <summary>Fetches a page and returns its length.</summary>
    public static int Get(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using HttpResponseMessage response = s_client.Send(request);
        using Stream body = response.Content.ReadAsStream();
        using var copy = new MemoryStream();
        body.CopyTo(copy);
        return (int)copy.Length;
    }
}
