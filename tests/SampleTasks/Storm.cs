using System.Net.Sockets;
using System.Security.Cryptography;

namespace Offloop.SampleTasks;

/// <content>An attack on every pipe that appears in a directory.</content>
public static partial class Attacks
{
    /// <summary>Attacks until <paramref name="goesOn"/> returns false.</summary>
    /// <param name="how">The kind of attack: silent, many, secret, garbage or place.</param>
    /// <param name="directory">The directory of the pipes.</param>
    /// <param name="asNobody">Whether the process first becomes another user for good.</param>
    /// <param name="goesOn">Called before each attack.</param>
    /// <returns>The number of bytes that it was told, and whether it was kept out.</returns>
    public static (int Told, bool KeptOut) Storm(string how, string directory, bool asNobody, Func<bool> goesOn)
    {
        int told = 0;
        bool isKeptOut = false;
        if (asNobody)
            BecomeNobody();
        while (goesOn())
        {
            try
            {
                foreach (string path in Directory.EnumerateFiles(directory, "w*").Where(static path => path[^1] is 'c' or 'd'))
                    told += Attack(how, path, goesOn);
            }
            catch (UnauthorizedAccessException)
            {
                isKeptOut = true;
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                // it was gone already
            }
        }
        return (told, isKeptOut);
    }

    private static int Attack(string how, string path, Func<bool> goesOn) => how switch
    {
        "silent" => Listen(new AttackOrder(path, 1)),
        "many" => Listen(new AttackOrder(path, 100)),
        "secret" => Say(path, RandomNumberGenerator.GetBytes(32)),
        "garbage" => Say(path, RandomNumberGenerator.GetBytes(1 << 16)),
        "place" => Receive(path, goesOn),
        _ => throw new ArgumentException($"'{how}' is not a kind of attack."),
    };

    private static int Say(string path, byte[] bytes)
    {
        Socket socket = Connect(path);
        try
        {
            socket.Send(bytes);
        }
        catch (SocketException)
        {
            // closed already
        }
        return HearAll(socket);
    }

    /// <summary>Takes the place of the server, and listens to every client.</summary>
    private static int Receive(string path, Func<bool> goesOn)
    {
        File.Delete(path);
        using Socket server = New();
        server.Bind(new UnixDomainSocketEndPoint(path));
        server.Listen();
        int told = 0;
        while (goesOn() && File.Exists(path))
        {
            if (server.Poll(TimeSpan.FromMilliseconds(10), SelectMode.SelectRead))
                told += HearAll(server.Accept());
        }
        return told;
    }
}
