using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Offloop.Coordinator.Mapping;

/// <summary>Writes and recognizes the lines of the output.</summary>
internal static class ResultLine
{
    /// <summary>The most lines that an output can be resumed with: more would be no output of a map, and would take all memory.</summary>
    private const long MostLines = 1L << 36;

    /// <summary>Letters of all languages stay as they are: the output is no part of a web page.</summary>
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ReadOnlySpan<byte> Begin => "{\"index\":"u8;

    /// <summary>Writes a result that came from a worker.</summary>
    public static void Write(IBufferWriter<byte> output, long index, LineResult result)
    {
        bool isOk = result.Error is null;
        Write(output, index, isOk, json =>
        {
            json.WritePropertyName(isOk ? "result"u8 : "error"u8);
            if ((result.Error ?? result.Result) is { } value)
                value.WriteTo(json);
            else
                json.WriteNullValue();
            WriteFacts(json, result.Cause, result.Phase, result.Attempt, result.Ms, result.WorkerPid);
        });
    }

    /// <summary>Writes the failure of a line that no worker could tell of.</summary>
    public static void Write(IBufferWriter<byte> output, long index, Exception error) => Write(output, index, isOk: false, json =>
    {
        json.WritePropertyName("error"u8);
        FailureJson.Write(json, error);
        TaskFailure? failure = FailureOf(error);
        double? ms = failure?.Attempts is [.., var last] ? Math.Round(last.Duration.TotalMilliseconds, 3) : null;
        WriteFacts(json, failure?.Cause ?? FailureCause.Payload, failure?.Phase, failure?.Attempt, ms, failure?.ProcessId);
    });

    /// <summary>The facts of a failure that the executor tells of, or null.</summary>
    public static TaskFailure? FailureOf(Exception error) => error switch
    {
        ExecutorException ours => ours.Failure,
        TaskTimeoutException ours => ours.Failure,
        _ => null,
    };

    /// <summary>The index in a line of the output, or null if it is none.</summary>
    public static long? IndexOf(ReadOnlySpan<byte> line)
    {
        bool isOurs = line.StartsWith(Begin) && line.EndsWith("}"u8)
            && Utf8Parser.TryParse(line[Begin.Length..], out long index, out int length)
            && index is >= 0 and < MostLines
            && line[(Begin.Length + length)..].StartsWith(",\"ok\":"u8);
        return isOurs ? long.Parse(line[Begin.Length..line.IndexOf((byte)',')], provider: null) : null;
    }

    private static void Write(IBufferWriter<byte> output, long index, bool isOk, Action<Utf8JsonWriter> rest)
    {
        using (var json = new Utf8JsonWriter(output, s_json))
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            json.WriteBoolean("ok"u8, isOk);
            rest(json);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private static void WriteFacts(Utf8JsonWriter json, FailureCause? cause, TaskPhase? phase, int? attempt, double? ms, int? workerPid)
    {
        if (cause is not null)
            json.WriteString("cause"u8, $"{cause}");
        if (phase is not null)
            json.WriteString("phase"u8, $"{phase}");
        WriteNumber(json, "attempt", attempt);
        WriteNumber(json, "ms", ms);
        WriteNumber(json, "workerPid", workerPid);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known)
            json.WriteNumber(name, known);
    }
}
