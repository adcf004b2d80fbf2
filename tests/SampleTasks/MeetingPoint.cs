using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Offloop.SampleTasks;

/// <summary>The test's end of a <see cref="Rendezvous"/>. Disposing it lets every waiting task go.</summary>
public sealed class MeetingPoint : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentBag<Visitor> _visitors = [];
    private readonly IPAddress? _address;

    /// <param name="address">Where it listens; null for loopback.</param>
    public MeetingPoint(IPAddress? address = null)
    {
        _address = address;
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start(backlog: 512);
    }

    public Meeting For(string label = "") => new(((IPEndPoint)_listener.LocalEndpoint).Port, label, _address?.ToString());

    /// <summary>Whether a task has arrived that was not received yet.</summary>
    public bool HasVisitor => _listener.Pending();

    /// <summary>The next task, in the order of arrival.</summary>
    public async Task<Visitor> NextAsync()
    {
        var visitor = new Visitor(await _listener.AcceptTcpClientAsync());
        _visitors.Add(visitor);
        await visitor.IntroduceAsync();
        return visitor;
    }

    public async Task<Visitor[]> NextAsync(int count)
    {
        var visitors = new Visitor[count];
        for (int i = 0; i < count; i++)
            visitors[i] = await NextAsync();
        return visitors;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (Visitor visitor in _visitors)
            visitor.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A task that has arrived at a <see cref="MeetingPoint"/>.</summary>
public sealed class Visitor(TcpClient client) : IDisposable
{
    private readonly StreamReader _lines = new(client.GetStream());

    public int ProcessId { get; private set; }

    public int Attempt { get; private set; }

    public string Label { get; private set; } = "";

    internal async Task IntroduceAsync()
    {
        string[] words = (await _lines.ReadLineAsync() ?? throw new IOException("A visitor left without a word.")).Split(' ', 3);
        ProcessId = int.Parse(words[0], CultureInfo.InvariantCulture);
        Attempt = int.Parse(words[1], CultureInfo.InvariantCulture);
        Label = words[2];
    }

    /// <summary>Lets the task go on.</summary>
    public void LetGo() => client.GetStream().WriteByte((byte)'\n');

    /// <summary>The next line from the task. Null if the task or its process has ended.</summary>
    public async Task<string?> HearAsync()
    {
        try
        {
            return await _lines.ReadLineAsync();
        }
        catch (IOException)
        {
            return null; // a connection that was reset has ended too
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        client.Dispose();
    }
}
