using System.Text.Json;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Cluster.Messages;

/// <summary>A payload as a message carries it: its bytes if they are few, or the number of the transfer that has brought them.</summary>
/// <param name="Kind">How the bytes hold their value.</param>
/// <param name="Bytes">The bytes; empty if a transfer has brought them.</param>
/// <param name="Transfer">The number of the transfer, or 0.</param>
[GenerateSerializer, Immutable]
internal readonly record struct Carried([property: Id(0)] byte Kind, [property: Id(1)] byte[] Bytes, [property: Id(2)] long Transfer)
{
    public static Carried Nothing { get; } = new((byte)PayloadKind.None, [], 0);

    /// <summary>The longest payload that is part of a message. A longer one goes ahead of it in pieces.</summary>
    public const int MaxInlineBytes = Payload.MaxInlineBytes;

    public static Carried Inline(Payload payload) => new((byte)payload.Kind, payload.Bytes.ToArray(), 0);

    public static Carried ByTransfer(PayloadKind kind, long transfer) => new((byte)kind, [], transfer);
}

/// <summary>A message whose size is known.</summary>
internal interface ISized
{
    /// <summary>About how many bytes it carries.</summary>
    int Bytes { get; }
}

/// <summary>The messages of the pipe protocol inside those of a cluster: the same JSON.</summary>
internal static class Packed
{
    public static byte[] Pack(object message)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
            MessageJson.Write(writer, message);
        return json.ToArray();
    }

    public static T Unpack<T>(byte[] json)
        where T : class => (T)MessageJson.Read(json, typeof(T))!;

    public static byte[] Pack(TaskFailure facts) => JsonSerializer.SerializeToUtf8Bytes(facts, FailureContext.Default.TaskFailure);

    public static TaskFailure UnpackFailure(byte[] json) => JsonSerializer.Deserialize(json, FailureContext.Default.TaskFailure)!;
}
