using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Offloop.SampleTasks;

/// <summary>The test's end of a <see cref="Rendezvous"/>. Disposing it lets everybody go who waits.</summary>
public sealed class MeetingPoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Visitor> _visitors = [];

    public MeetingPoint() => _listener.Start(backlog: 512);

    public Meeting For(string label = "") => new(((IPEndPoint)_listener.LocalEndpoint).Port, label);

    /// <summary>Whether somebody has come who was not received yet.</summary>
    public bool HasVisitor => _listener.Pending();

    /// <summary>The next task that has come, in the order of their coming.</summary>
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

/// <summary>A task that has come to a <see cref="MeetingPoint"/>.</summary>
public sealed class Visitor(TcpClient client) : IDisposable
{
    private readonly StreamReader _lines = new(client.GetStream());

    public int ProcessId { get; private set; }

    public int Attempt { get; private set; }

    public string Label { get; private set; } = "";

    internal async Task IntroduceAsync()
    {
        string[] words = (await _lines.ReadLineAsync() ?? throw new IOException("A visitor left without a word.")).Split(' ', 3);
        (ProcessId, Attempt, Label) = (int.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture), words[2]);
    }

    /// <summary>Lets the task go on.</summary>
    public void LetGo() => client.GetStream().WriteByte((byte)'\n');

    /// <summary>What the task says next; null when it has gone, by its own end or by its process's.</summary>
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
