using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Offloop.SampleTasks;

/// <summary>The target of an attack, and its meeting point.</summary>
public sealed record AttackOrder(string Path, int Count, Meeting? Meeting = null);

/// <summary>Attacks by processes that want a worker's place (Unix). Each returns the number of bytes that it was told.</summary>
public static partial class Attacks
{
    private const int Nobody = 65534;

    /// <summary>Opens this many connections, says nothing, and listens until each of them is closed.</summary>
    public static int Listen(AttackOrder order)
    {
        Socket[] sockets = [.. Enumerable.Range(0, order.Count).Select(_ => Connect(order.Path))];
        return sockets.Sum(HearAll);
    }

    /// <summary>Connects and sends bytes that are no secret.</summary>
    public static int Shout(AttackOrder order)
    {
        int heard = 0;
        for (int i = 0; i < order.Count; i++)
        {
            Socket socket = Connect(order.Path);
            try
            {
                socket.Send(new byte[1 + 100 * i]);
            }
            catch (SocketException)
            {
                // closed already
            }
            heard += HearAll(socket);
        }
        return heard;
    }

    /// <summary>Binds the path, says so at the meeting point, and listens to the first client.</summary>
    public static int TakePlace(AttackOrder order)
    {
        File.Delete(order.Path);
        using Socket server = New();
        server.Bind(new UnixDomainSocketEndPoint(order.Path));
        server.Listen();
        using NetworkStream line = Rendezvous.Arrive(order.Meeting!);
        return HearAll(server.Accept());
    }

    /// <summary>Storms every pipe of every pool whose directory lies under this path, until it is let go.</summary>
    public static int Haunt(AttackOrder order)
    {
        using NetworkStream line = Rendezvous.Arrive(order.Meeting!);
        int heard = 0;
        while (!line.DataAvailable)
        {
            foreach (string path in Pipes(order.Path))
            {
                try
                {
                    heard += Listen(order with { Path = path });
                }
                catch (SocketException)
                {
                    // it was gone already
                }
            }
        }
        return heard;
    }

    private static string[] Pipes(string root)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(root, "offloop-*")
                .SelectMany(Directory.EnumerateFiles).Where(path => path[^1] is 'c' or 'd')];
        }
        catch (IOException)
        {
            return []; // a directory went while it was read
        }
    }

    /// <summary>Does the same as <see cref="Listen"/> after becoming another user for good. A negative result means that it could not
    /// connect.</summary>
    public static int ListenAsNobody(AttackOrder order)
    {
        BecomeNobody();
        try
        {
            return Listen(order);
        }
        catch (SocketException error)
        {
            return -(int)error.SocketErrorCode;
        }
    }

    private static void BecomeNobody()
    {
        WarmUp();
        if (SetGroup(Nobody) != 0 || SetUser(Nobody) != 0)
            throw new InvalidOperationException("not root");
    }

    /// <summary>Loads the code of a connection while this process may still read it.</summary>
    private static void WarmUp()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket server = New();
        server.Bind(new UnixDomainSocketEndPoint(path));
        server.Listen();
        using Socket client = Connect(path);
        server.Accept().Dispose();
        _ = HearAll(client);
        File.Delete(path);
        try
        {
            _ = Connect(path);
        }
        catch (SocketException error)
        {
            _ = error.ToString();
        }
    }

    private static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static Socket Connect(string path)
    {
        Socket socket = New();
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static int HearAll(Socket socket)
    {
        using (socket)
        {
            byte[] buffer = new byte[4096];
            int heard = 0;
            try
            {
                while (socket.Receive(buffer) is > 0 and var count)
                    heard += count;
            }
            catch (SocketException)
            {
                // a connection that was reset has ended too
            }
            return heard;
        }
    }

    [LibraryImport("libc", EntryPoint = "setuid")]
    private static partial int SetUser(int user);

    [LibraryImport("libc", EntryPoint = "setgid")]
    private static partial int SetGroup(int group);
}
