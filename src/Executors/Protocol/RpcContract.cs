using System.Text;
using System.Text.Json;
using Offloop.Invocation;

namespace Offloop.Protocol;

/// <summary>A parameter of a method that the other side may call.</summary>
/// <param name="Name">Its name, for arguments that come by name.</param>
/// <param name="Type"><see cref="int"/>, or a message of <see cref="MessageTables"/>.</param>
internal sealed record RpcParameter(string Name, Type Type);

/// <summary>A method that the other side may call.</summary>
internal sealed record RpcMethod(string Name, params RpcParameter[] Parameters)
{
    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>Reads the arguments of a call, by position or by name. There must be one for each parameter. Throws
    /// <see cref="InvalidDataException"/> if they do not fit.</summary>
    public object?[] Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return ReadAll(json);
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new InvalidDataException($"The arguments of a call of {Name} do not fit: {error.Message}", error);
        }
    }

    private object?[] ReadAll(ReadOnlyMemory<byte> json)
    {
        object?[] arguments = new object?[Parameters.Length];
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = MessageFormatter.MaxDepth });
        bool isNamed = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        int count = 0;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
        {
            int index = isNamed ? IndexOf(reader.GetString()) : count;
            if (index < 0 || index >= arguments.Length || arguments[index] is not null)
                throw new JsonException("There is one too many.");
            if (isNamed)
                reader.Read();
            arguments[index] = MessageJson.Read(JsonValues.RawHere(ref reader, json), Parameters[index].Type);
            count++;
        }
        return count == arguments.Length ? arguments : throw new JsonException($"There are {count} in place of {arguments.Length}.");
    }

    private int IndexOf(string? name) => Array.FindIndex(Parameters, parameter => parameter.Name == name);
}

/// <summary>The methods of one side, for the reader of its messages. They are those of <see cref="IWorker"/> and
/// <see cref="ICoordinator"/>. They are written out because a worker reads them when it starts, and reflecting
/// over an interface takes longer.</summary>
internal sealed class RpcContract(params RpcMethod[] methods)
{
    private static readonly RpcParameter s_sequence = new("sequence", typeof(int));

    /// <summary>The methods of <see cref="IWorker"/>.</summary>
    public static RpcContract Worker { get; } = new(
        new RpcMethod(nameof(IWorker.Run), new RpcParameter("batch", typeof(RunBatch))),
        new RpcMethod(nameof(IWorker.UseJsonOptionsAsync), new RpcParameter("method", typeof(MethodIdentity))),
        new RpcMethod(nameof(IWorker.UseTelemetryAsync), new RpcParameter("method", typeof(MethodIdentity))),
        new RpcMethod(nameof(IWorker.InitializeThreadsAsync), new RpcParameter("request", typeof(RunRequest))),
        new RpcMethod(nameof(IWorker.Recall)),
        new RpcMethod(
            nameof(IWorker.Prepare), new RpcParameter("method", typeof(int)), new RpcParameter("definition", typeof(MethodIdentity))),
        new RpcMethod(nameof(IWorker.Cancel), s_sequence),
        new RpcMethod(nameof(IWorker.ProgressTaken), s_sequence),
        new RpcMethod(nameof(IWorker.Credit), s_sequence, new RpcParameter("count", typeof(int))),
        new RpcMethod(nameof(IWorker.Leave)),
        new RpcMethod(nameof(IWorker.PingAsync)));

    /// <summary>The methods of <see cref="ICoordinator"/>.</summary>
    public static RpcContract Coordinator { get; } = new(
        new RpcMethod(nameof(ICoordinator.Report), new RpcParameter("report", typeof(WorkerReport))),
        new RpcMethod(nameof(ICoordinator.Ready), new RpcParameter("message", typeof(ReadyMessage))),
        new RpcMethod(nameof(ICoordinator.Progress), new RpcParameter("message", typeof(ProgressMessage))),
        new RpcMethod(nameof(ICoordinator.Item), new RpcParameter("message", typeof(ItemMessage))),
        new RpcMethod(nameof(ICoordinator.Log), new RpcParameter("message", typeof(LogMessage))),
        new RpcMethod(nameof(ICoordinator.ExitingAsync), new RpcParameter("code", typeof(int))));

    /// <summary>The contract of a side that only calls and serves nothing.</summary>
    public static RpcContract None { get; } = new();

    public IReadOnlyList<RpcMethod> Methods => methods;

    /// <summary>Returns the method whose name the reader stands on, or null.</summary>
    public RpcMethod? Find(ref Utf8JsonReader reader)
    {
        foreach (RpcMethod method in methods)
        {
            if (reader.ValueTextEquals(method.Utf8Name))
                return method;
        }
        return null;
    }
}
