using System.Text.Json;
using System.Text.Json.Serialization;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Mapping;

/// <summary>What a run is resumed with, kept beside its output: which task it was, and how far its input had been read. It is replaced as a
/// whole, so it is never torn.</summary>
internal sealed class ResumeFile(string output)
{
    private readonly string _path = $"{output}.resume";

    /// <summary>Reads what an earlier run has left; null if it left nothing.</summary>
    /// <exception cref="UsageException">There is no such file beside an output, or it cannot be understood.</exception>
    public ResumeState? Read(bool hasResults)
    {
        if (!File.Exists(_path))
        {
            if (!hasResults)
                return null;
            throw new UsageException(
                _path, $"it is missing, so nobody knows which task and input {output} is of; expected an output of map");
        }
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_path), ResumeJson.Default.ResumeState)!;
        }
        catch (JsonException)
        {
            throw new UsageException(_path, $"it is not what map has written; to begin anew, remove it and {output}");
        }
    }

    /// <param name="state">What there is to know.</param>
    /// <param name="isDurable">Whether it has to survive a loss of power, which takes its time.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(ResumeState state, bool isDurable)
    {
        string next = $"{_path}.next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(state, ResumeJson.Default.ResumeState));
            if (isDurable)
                file.Flush(flushToDisk: true);
        }
        File.Move(next, _path, overwrite: true);
    }
}

/// <summary>The content of a <see cref="ResumeFile"/>.</summary>
/// <param name="Task">The name of the task.</param>
/// <param name="IsJson">Whether lines were read as JSON.</param>
/// <param name="Input">A place in the input that no line with a result is behind.</param>
internal sealed record ResumeState(string Task, bool IsJson, InputPosition Input);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ResumeState))]
internal sealed partial class ResumeJson : JsonSerializerContext;
