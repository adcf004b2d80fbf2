using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text.Json;

namespace Offloop.Differ;

/// <summary>An exception, as data. Immutable.</summary>
internal sealed record ExceptionPlan
{
    public ExceptionKind Kind { get; init; }

    public string Message { get; init; } = "it failed";

    public int? HResult { get; init; }

    /// <summary>Keys and values in turn.</summary>
    public string[] Data { get; init; } = [];

    /// <summary>Whether its data has a value that JSON cannot hold.</summary>
    public bool HasOddData { get; init; }

    public ExceptionPlan[] Inner { get; init; } = [];

    /// <summary>This exception and those in it.</summary>
    public IEnumerable<ExceptionPlan> All() => Inner.SelectMany(static inner => inner.All()).Prepend(this);

    /// <summary>Makes the exception.</summary>
    public Exception Make()
    {
        Exception[] inner = [.. Inner.Select(static plan => plan.Make())];
        Exception made = Make(inner, inner.FirstOrDefault());
        if (HResult is { } result)
            made.HResult = result;
        for (int i = 0; i + 1 < Data.Length; i += 2)
            made.Data[Data[i]] = Data[i + 1];
        if (HasOddData)
            made.Data["odd"] = new OddData();
        return made;
    }

    [SuppressMessage("Usage", "CA2208", Justification = "The name is a value like any other.")]
    private Exception Make(Exception[] inner, Exception? first) => Kind switch
    {
        ExceptionKind.InvalidOperation => new InvalidOperationException(Message, first),
        ExceptionKind.Argument => new ArgumentException(Message, "given", first),
        ExceptionKind.OutOfRange => new ArgumentOutOfRangeException("given", 7, Message),
        ExceptionKind.FileNotFound => new FileNotFoundException(Message, "missing.txt", first),
        ExceptionKind.KeyNotFound => new KeyNotFoundException(Message, first),
        ExceptionKind.Disposed => new ObjectDisposedException("thing", Message),
        ExceptionKind.Timeout => new TimeoutException(Message, first),
        ExceptionKind.Cancelled => new OperationCanceledException(Message, first),
        ExceptionKind.TaskCancelled => new TaskCanceledException(Message, first),
        ExceptionKind.Http => new HttpRequestException(Message, first, System.Net.HttpStatusCode.BadGateway),
        ExceptionKind.Socket => new SocketException((int)SocketError.ConnectionRefused),
        ExceptionKind.Win32 => new Win32Exception(5, Message),
        ExceptionKind.Json => new JsonException(Message, "$.a", 3, 4, first),
        ExceptionKind.Aggregate => new AggregateException(Message, inner),
        ExceptionKind.Divided => Divide(),
        ExceptionKind.Own => new OwnException(Message, first) { Code = Message.Length },
        ExceptionKind.OwnDerived => new OwnDerivedException(Message) { Code = 3, Tags = [Message, "tag"] },
        ExceptionKind.Unmakeable => new UnmakeableException(Message.Length, first),
        ExceptionKind.Private => new PrivateException(Message),
        _ => throw new InvalidOperationException($"{Kind} is not an exception."),
    };

    private static Exception Divide()
    {
        try
        {
            int zero = Environment.TickCount - Environment.TickCount64 > 0 ? 1 : 0;
            return new InvalidOperationException(FormattableString.Invariant($"{1 / zero}"));
        }
        catch (DivideByZeroException error)
        {
            return error;
        }
    }

    private sealed class PrivateException(string message) : Exception(message);

    /// <summary>It refers to itself.</summary>
    private sealed class OddData
    {
        public OddData Self => this;

        public override string ToString() => "odd";
    }
}

internal enum ExceptionKind
{
    InvalidOperation,
    Argument,
    OutOfRange,
    FileNotFound,
    KeyNotFound,
    Disposed,
    Timeout,
    Cancelled,
    TaskCancelled,
    Http,
    Socket,
    Win32,
    Json,
    Aggregate,
    Divided,
    Own,
    OwnDerived,

    /// <summary>Its constructor does not take a message.</summary>
    Unmakeable,

    Private,
}
