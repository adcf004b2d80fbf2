using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Coordinator.Mapping;

/// <summary>How the task ended with a line, as its worker tells it.</summary>
internal sealed record LineResult
{
    /// <summary>What it returned; null (and not a JSON null) if it threw.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>What it threw, as <see cref="FailureJson"/> writes it.</summary>
    public JsonElement? Error { get; init; }

    public FailureCause? Cause { get; init; }

    public TaskPhase? Phase { get; init; }

    /// <summary>The number of this run of the line: 1 for the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Milliseconds from the reading of the line to the writing of its result.</summary>
    public required double Ms { get; init; }

    public required int WorkerPid { get; init; }
}

/// <summary>The source-generated JSON of what travels for a line. It spares this process and the workers the reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LineResult))]
[JsonSerializable(typeof(TaskIdentity))]
internal sealed partial class LineJson : JsonSerializerContext
{
    /// <summary>The <c>JsonOptions</c> of the executors.</summary>
    public static void Use(JsonSerializerOptions options) => options.TypeInfoResolverChain.Insert(0, Default);
}
