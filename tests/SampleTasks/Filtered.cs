using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Offloop.SampleTasks;

/// <summary>Exceptions with facts that callers filter on.</summary>
public static class Filtered
{
    /// <summary>The exceptions of the framework that come back whole, by name.</summary>
    public static Exception Make(string name) => name switch
    {
        "socket" => new SocketException((int)SocketError.ConnectionRefused),
        "socket by number" => new SocketException(111),
        "http" => new HttpRequestException(
            HttpRequestError.ConnectionError, "no", new SocketException((int)SocketError.ConnectionRefused), HttpStatusCode.BadGateway),
        "http io" => new HttpIOException(HttpRequestError.ResponseEnded, "it ended"),
        "win32" => new Win32Exception(2),
        "win32 text" => new Win32Exception(2, "my text"),
        "file" => new FileNotFoundException("no such file", "/some/file"),
        "io" => new IOException("the disk is full", unchecked((int)0x80070070)),
        "argument" => new ArgumentException("not good", nameof(name)),
        "argument null" => new ArgumentNullException(nameof(name), "it is null"),
        "argument range" => new ArgumentOutOfRangeException(nameof(name), 7, "too large"),
        "disposed" => new ObjectDisposedException("Pool", "it is closed"),
        "json" => new JsonException("bad", "$.a", 3, 4),
        "json reader" => Catch(static () => JsonSerializer.Deserialize<int>("[")),
        "aggregate" => new AggregateException("ag", new SocketException(10054), new FormatException("second")),
        "cancelled" => new TaskCanceledException("its own"),
        "initializer" => new TypeInitializationException("Some.Type", new FormatException("broken")),
        "parse" => Catch(static () => int.Parse("x", System.Globalization.CultureInfo.InvariantCulture)),
        "overflow" => Catch(static () => _ = checked(int.MaxValue + Environment.ProcessId)),
        "own" => new OrderException("no stock", 42) { Customer = "Ada", Lines = ["a", "b"] },
        "own hresult" => new OrderException("no stock", 42) { HResult = 1234 },
        "own data" => WithData(new OrderException("data", 1)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No exception has this name."),
    };

    public static void Throw(string name) => throw Make(name);

    public static void ThrowDecorating() => throw new DecoratingException("text");

    public static void ThrowLosing() => throw new LosingException("text", new MemoryStream());

    public static void ThrowComputing() => throw new ComputingException();

    public static void ThrowMany(int count) =>
        throw new AggregateException(Enumerable.Range(0, count).Select(static i => new FormatException($"part {i}")));

    public static void ThrowDeep(int depth)
    {
        Exception error = new FormatException("the last");
        for (int i = 1; i < depth; i++)
            error = new InvalidOperationException($"{i}", error);
        throw error;
    }

    public static void ThrowHuge() => throw new OrderException("huge", 1) { Lines = [new string('x', 1 << 20)] };

    /// <summary>Throws an exception that holds secrets.</summary>
    public static void ThrowSecrets()
    {
        var error = new LoginException("refused", "Ada", "hunter2");
        error.Data["token"] = "abc";
        error.Data["surprise"] = "secret";
        error.Data["host"] = "db1";
        throw error;
    }

    private static OrderException WithData(OrderException error)
    {
        error.Data["text"] = "t";
        error.Data["number"] = 5;
        error.Data[new object()] = "a key that is no text";
        error.Data["stream"] = Stream.Null;
        return error;
    }

    private static Exception Catch(Action action)
    {
        try
        {
            action();
            throw new InvalidOperationException("Nothing was thrown.");
        }
        catch (Exception error) when (error is not InvalidOperationException)
        {
            return error;
        }
    }
}

public sealed class LoginException(string message, string user, string password) : Exception(message)
{
    public string User { get; } = user;

    public string Password { get; } = password;
}

public sealed class OrderException(string message, int code) : Exception(message)
{
    public int Code { get; } = code;

    public string? Customer { get; init; }

    public string[] Lines { get; set; } = [];
}

/// <summary>Its message is not the one that it is made with.</summary>
public sealed class DecoratingException(string message) : Exception($"decorated: {message}");

/// <summary>Has a property that cannot travel.</summary>
public sealed class LosingException(string message, Stream stream) : Exception(message)
{
    public Stream Stream { get; } = stream;

    public int Kept { get; } = 5;
}

/// <summary>Has a property that each object computes.</summary>
public sealed class ComputingException() : Exception("computing")
{
    public Guid Id { get; } = Guid.NewGuid();
}
