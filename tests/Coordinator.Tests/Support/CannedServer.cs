using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Offloop.Tests;

/// <summary>Answers every connection on the loopback interface with the same bytes. It then closes the connection, or leaves it open if it
/// stalls. Without an answer it accepts nothing.</summary>
internal sealed class CannedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[]? _answer;

    private readonly bool _stalls;

    public CannedServer(string? answer, bool stalls = false)
    {
        _stalls = stalls;
        _answer = answer is null ? null : Encoding.ASCII.GetBytes(answer);
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        if (_answer is not null)
            _ = AnswerAllAsync();
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    public string Url => $"http://{Address}/";

    /// <summary>A URL where nothing listens.</summary>
    public static string RefusingUrl()
    {
        using var closed = new CannedServer(answer: null);
        return closed.Url;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAllAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // How an accept ends when its listener is disposed.
        }
    }

    private async Task AnswerAsync(Socket accepted)
    {
        using Socket client = accepted;
        byte[] request = new byte[4096];
        try
        {
            await client.ReceiveAsync(request);
            await client.SendAsync(_answer!);
            if (!_stalls)
                client.Shutdown(SocketShutdown.Send);
            while (await client.ReceiveAsync(request) > 0)
                continue; // a close with unread bytes would reset the connection under the answer
        }
        catch (SocketException)
        {
            // How a connection ends when the client was killed or gave up.
        }
    }
}
