using System.Text.Json;

namespace Offloop.Tests.Support;

/// <summary>The stream of an open page, as a client reads it.</summary>
internal sealed class PageStream(HttpResponseMessage response) : IDisposable
{
    private StreamReader? _lines;

    public int Status => (int)response.StatusCode;

    public Task<string> BodyAsync() => response.Content.ReadAsStringAsync();

    /// <summary>The next event of this name; null if the stream has ended.</summary>
    public async Task<JsonElement?> NextAsync(string name)
    {
        _lines ??= new StreamReader(await response.Content.ReadAsStreamAsync());
        string? current = null;
        while (await _lines.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                current = line["event: ".Length..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && current == name)
                return JsonElement.Parse(line["data: ".Length..]);
        }
        return null;
    }

    /// <summary>Reads until the executor of this name is as asked.</summary>
    public async Task<JsonElement> UntilAsync(string executor, Predicate<JsonElement> isSo)
    {
        while (await NextAsync("numbers") is { } document)
        {
            if (DashboardApp.In(document, executor) is { } found && isSo(found))
                return found;
        }
        throw new IOException("The stream has ended.");
    }

    public void Dispose()
    {
        _lines?.Dispose();
        response.Dispose();
    }
}
