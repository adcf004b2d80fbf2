using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Offloop.Tests.Protocol;

/// <summary>The other end of a control pipe, in raw frames.</summary>
internal sealed class RawPeer(Stream stream) : IDisposable
{
    public static byte[] Frame(string json)
    {
        byte[] body = Encoding.UTF8.GetBytes(json);
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length:{body.Length}\r\n\r\n")), .. body];
    }

    public static string Notification(string method, string parameters) =>
        $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}}}""";

    public static string Request(int id, string method, string parameters) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");

    public Task SendAsync(string json) => stream.WriteAsync(Frame(json)).AsTask();

    /// <summary>The next message; null at the end.</summary>
    public async Task<JsonElement?> HearAsync()
    {
        var header = new StringBuilder();
        byte[] one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            header.Append((char)one[0]);
        }
        byte[] body = new byte[int.Parse(header.ToString()["Content-Length:".Length..].Trim(), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>The answer to a request. Other messages are passed over.</summary>
    public async Task<JsonElement> AnswerAsync(int id, string method, string parameters)
    {
        await SendAsync(Request(id, method, parameters));
        while (true)
        {
            JsonElement message = await HearAsync() ?? throw new EndOfStreamException($"{method} closed the connection.");
            if (message.TryGetProperty("id", out JsonElement answered) && answered.TryGetInt32(out int number) && number == id
                && !message.TryGetProperty("method", out _))
                return message;
        }
    }

    public void Dispose() => stream.Dispose();
}
