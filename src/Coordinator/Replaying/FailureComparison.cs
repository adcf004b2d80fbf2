using System.Text.Json;
using Offloop.Recording;

namespace Offloop.Coordinator.Replaying;

/// <summary>Compares the outcome of a replay with the recorded failure.</summary>
internal sealed class FailureComparison(RawJson recorded)
{
    private readonly Facts? _recorded = Facts.Of(recorded.ToString());

    public string WithSuccess() => $"the task returned; recorded was {Recorded}.";

    public string With(Exception error)
    {
        Facts now = Facts.Of(FailureJson.Write(error))!;
        return now == _recorded
            ? $"the same failure as recorded: {now}."
            : $"another failure than recorded: {now}; recorded was {Recorded}.";
    }

    private string Recorded => _recorded?.ToString() ?? "a failure that the file does not tell";

    /// <summary>What makes two failures the same: processes, times and stacks differ each time.</summary>
    private sealed record Facts(string Type, string? Message, string? Cause, string? End)
    {
        /// <summary>The facts in an exception's JSON; null if they were redacted.</summary>
        public static Facts? Of(string json)
        {
            try
            {
                return Of(JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = RawJson.MaxDepth }));
            }
            catch (InvalidOperationException) // something else stands in place of an object or a text
            {
                return null;
            }
        }

        private static Facts? Of(JsonElement error)
        {
            if (error.ValueKind != JsonValueKind.Object || TextOf(error, "type") is not { } type)
                return null;
            if (!error.TryGetProperty("failure", out JsonElement failure))
                return new Facts(type, TextOf(error, "message"), Cause: null, End: null);
            string? cause = TextOf(failure, "cause");
            bool hasOwnEnd = cause is nameof(FailureCause.Crash) or nameof(FailureCause.Exit);
            return new Facts(type, Message: null, cause, hasOwnEnd ? EndOf(failure) : null);
        }

        public override string ToString() =>
            Cause is null ? $"{Type}: {Message?.TrimEnd('.')}" : End is null ? $"{Type} ({Cause})" : $"{Type} ({Cause}, {End})";

        private static string? EndOf(JsonElement failure) =>
            TextOf(failure, "probableSignal")
            ?? (failure.TryGetProperty("exitCode", out JsonElement code) ? $"exit code {code}" : null);

        private static string? TextOf(JsonElement value, string name) =>
            value.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
    }
}
