using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Recording;

/// <summary>A run of a task that failed, with all that it takes to run it again. <c>docs/flight-recorder.md</c> describes the
/// file.</summary>
internal sealed record FailureRecord
{
    /// <summary>The number of the file's form. It changes when a reader of an older form would misunderstand a newer one.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Without escapes that only a web page would need: people read the files.</summary>
    private static readonly FailureRecordContext s_readable = new(
        new JsonSerializerOptions(FailureRecordContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public required int Format { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required RecordedTask Task { get; init; }

    public required RecordedMethod Method { get; init; }

    public required RecordedArgument Argument { get; init; }

    /// <summary>The method of <see cref="ExecutorOptions.JsonOptions"/>, or null.</summary>
    public RecordedMethod? JsonOptions { get; init; }

    public RecordedCall? Initializer { get; init; }

    public RecordedCall? ThreadInitializer { get; init; }

    public string? Culture { get; init; }

    public string? UiCulture { get; init; }

    /// <summary>The variables that the worker had in addition to those of its pool's process; a null value stands for one that was
    /// removed.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public required string WorkingDirectory { get; init; }

    public required RecordedLimits Limits { get; init; }

    public required RecordedBuild Build { get; init; }

    /// <summary>The failure, as <see cref="FailureJson"/> writes it.</summary>
    public required RawJson Failure { get; init; }

    /// <summary>The names of the values that the application's method has changed.</summary>
    public IReadOnlyList<string> Redacted { get; init; } = [];

    /// <summary>The names of the values that are missing because that method threw.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, s_readable.FailureRecord);

    /// <summary>Reads a record. The form comes first: of another one, nothing else can be expected.</summary>
    /// <exception cref="JsonException">It is no record.</exception>
    /// <exception cref="UnknownFormatException">It has another form.</exception>
    public static FailureRecord Read(Stream file)
    {
        using var document = JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = RawJsonConverter.FileDepth });
        JsonElement root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("format"u8, out JsonElement format)
            && format.ValueKind == JsonValueKind.Number && !(format.TryGetInt32(out int number) && number == CurrentFormat))
        {
            throw new UnknownFormatException(format.GetRawText(), LibraryOf(root));
        }
        return root.Deserialize(FailureRecordContext.Default.FailureRecord) ?? throw new JsonException("The file has no record.");
    }

    private static string? LibraryOf(JsonElement root) =>
        root.TryGetProperty("build"u8, out JsonElement build) && build.ValueKind == JsonValueKind.Object
        && build.TryGetProperty("library"u8, out JsonElement library) && library.ValueKind == JsonValueKind.String
            ? library.GetString()
            : null;
}

/// <summary>A record has a form that this build does not know.</summary>
/// <param name="format">The number of that form.</param>
/// <param name="library">The version of the library that wrote it, if it says so.</param>
internal sealed class UnknownFormatException(string format, string? library) : Exception(
    $"it has format {format}, and this program reads format {FailureRecord.CurrentFormat}; expected the coordinator of "
    + (library is null ? "the version that wrote it" : $"version {library}"));

/// <summary>Which run it was.</summary>
/// <param name="Executor">The name of the executor.</param>
/// <param name="Id">The number of the task.</param>
/// <param name="Name">The name of the task.</param>
/// <param name="Attempt">The number of the run.</param>
/// <param name="RunsAgain">Whether the pool ran it again after that.</param>
internal sealed record RecordedTask(string Executor, long Id, string Name, int Attempt, bool RunsAgain);

/// <summary>An argument, in one of three forms: <c>none</c>, <c>json</c> or <c>base64</c>.</summary>
/// <param name="Form">The form.</param>
/// <param name="Value">The value; null if there is none.</param>
/// <param name="Missing">Why the value is missing, as a sentence; null if it is there.</param>
internal sealed record RecordedArgument(string Form, RawJson? Value = null, string? Missing = null);

/// <summary>A method with its argument.</summary>
internal sealed record RecordedCall(RecordedMethod Method, RecordedArgument Argument);

/// <summary>The limits of the run. What is null has none.</summary>
internal sealed record RecordedLimits
{
    public TimeSpan? Timeout { get; init; }

    public TimeSpan CancellationGrace { get; init; }

    public long? MaxWorkerMemory { get; init; }

    public long? WorkerHeapLimit { get; init; }
}

/// <summary>What ran.</summary>
internal sealed record RecordedBuild
{
    /// <summary>The full name of the application's assembly, or null.</summary>
    public string? Application { get; init; }

    /// <summary>The file of that assembly; null inside a single file.</summary>
    public string? Path { get; init; }

    public Guid? ModuleVersion { get; init; }

    public required string Library { get; init; }

    public required string Runtime { get; init; }

    public required string Platform { get; init; }

    /// <summary>The program of <see cref="ProcessPoolOptions.Command"/>, or null.</summary>
    public string? Program { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    MaxDepth = RawJsonConverter.FileDepth,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FailureRecord))]
internal sealed partial class FailureRecordContext : JsonSerializerContext;
