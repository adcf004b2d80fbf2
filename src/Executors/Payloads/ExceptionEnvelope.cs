using System.Collections.ObjectModel;
using System.Text.Json;

namespace Offloop.Payloads;

/// <summary>An exception on its way between two processes. It holds facts only, and nothing that makes the reader load code.</summary>
internal sealed record ExceptionEnvelope
{
    /// <summary>The type of an inner exception that stands for those that were left out.</summary>
    public const string CutType = "(cut)";

    // An envelope travels in a message, so it is bounded. More text than this helps nobody.
    private const int MaxExceptions = 32;
    private const int MaxDepth = 16; // each level takes two of JSON, and a message may have 64
    private const int MaxBaseTypes = 16;
    private const int MaxText = 8 << 10;
    private const int MaxTextInAll = 64 << 10;

    // Getters replace null: a message is read into an object that no initializer has run for.
    public required string Type { get; set; }

    public required string Message { get; set; }

    public string StackTrace { get => field ?? ""; set; }

    public ExceptionEnvelope[] Inner { get => field ?? []; set; }

    /// <summary>The full names of the types from which its type derives, without <see cref="Exception"/> itself.</summary>
    public string[] BaseTypes { get => field ?? []; set; }

    /// <summary>Its <see cref="Exception.HResult"/>; 0 if it is not known.</summary>
    public int HResult { get; set; }

    /// <summary>The public properties that its type adds, as a JSON object; null if they are not known.</summary>
    public string? Properties { get; set; }

    /// <summary>The names of the properties that cannot travel.</summary>
    public string[] LostProperties { get => field ?? []; set; }

    /// <summary>Its <see cref="Exception.Data"/>, as a JSON object; null if it has none.</summary>
    public string? Data { get; set; }

    /// <summary>Reads the facts of an exception. It does not throw.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="options">The JSON options of the payloads.</param>
    public static ExceptionEnvelope From(Exception exception, JsonSerializerOptions options) =>
        From(exception, MaxDepth, new Budget(), new ExceptionValues(options, ExceptionRedaction.In(options)));

    /// <summary>The same envelope within the bounds; another process may have sent more.</summary>
    public ExceptionEnvelope Bounded() => Bounded(MaxDepth, new Budget());

    private ExceptionEnvelope Bounded(int depth, Budget left)
    {
        left.Exceptions--;
        List<ExceptionEnvelope> inner = [];
        foreach (ExceptionEnvelope? cause in Inner)
        {
            if (left.Exceptions > 0 && depth > 1 && cause is not null)
                inner.Add(cause.Bounded(depth - 1, left));
        }
        bool keepsProperties = Properties is null || left.TryTake(Properties);
        return new ExceptionEnvelope
        {
            Type = left.Cut(Type),
            Message = left.Cut(Message),
            StackTrace = left.Cut(StackTrace),
            BaseTypes = [.. BaseTypes.Take(MaxBaseTypes).Select(left.Cut)],
            HResult = HResult,
            Properties = keepsProperties ? Properties : null,
            LostProperties = keepsProperties ? [.. LostProperties.Take(MaxExceptions).Select(left.Cut)] : ["(all)"],
            Data = Data is not null && left.TryTake(Data) ? Data : null,
            Inner = [.. inner],
        };
    }

    private static ExceptionEnvelope From(Exception exception, int depth, Budget left, ExceptionValues values)
    {
        left.Exceptions--;
        ReadOnlyCollection<Exception> causes = CausesOf(exception);
        string message = left.Cut(Guarded(() => MessageOf(exception)));
        string stack = left.Cut(Guarded(() => exception.StackTrace ?? ""));
        (Dictionary<string, string> properties, string[] lost) = values.ReadProperties(exception);
        Dictionary<string, string> data = values.ReadData(exception);
        string propertiesText = ExceptionValues.Join(properties);
        if (!left.TryTake(propertiesText))
            (propertiesText, lost) = ("{}", [.. properties.Keys, .. lost]);
        string? dataText = data.Count == 0 ? null : ExceptionValues.Join(data);
        if (dataText is not null && !left.TryTake(dataText))
            dataText = $$"""{"{{ExceptionValues.CutKey}}":"all {{data.Count}}"}""";

        List<ExceptionEnvelope> inner = [];
        foreach (Exception cause in causes)
        {
            // There is always room for the note that tells how many were left out: here, and in each cause that has causes.
            int mayHaveNote = inner.Count + 1 < causes.Count ? 1 : 0;
            int needsNote = CausesOf(cause).Count > 0 ? 1 : 0;
            if (depth - 1 <= needsNote || left.Exceptions <= mayHaveNote + needsNote)
                break;
            left.Exceptions -= mayHaveNote;
            inner.Add(From(cause, depth - 1, left, values));
            left.Exceptions += mayHaveNote;
        }
        if (inner.Count < causes.Count)
        {
            left.Exceptions--;
            inner.Add(new ExceptionEnvelope { Type = CutType, Message = $"and {CountOf(causes, inner.Count)} more" });
        }
        return new ExceptionEnvelope
        {
            Type = exception.GetType().FullName ?? exception.GetType().Name,
            Message = message,
            StackTrace = stack,
            BaseTypes = BaseTypesOf(exception.GetType()),
            HResult = exception.HResult,
            Properties = propertiesText,
            LostProperties = lost,
            Data = dataText,
            Inner = [.. inner],
        };
    }

    /// <summary>The message with which the exception was made. An AggregateException adds those of its parts when it is read.</summary>
    public static string MessageOf(Exception exception)
    {
        if (exception is not AggregateException aggregate)
            return exception.Message;
        string parts = string.Concat(aggregate.InnerExceptions.Select(static part => $" ({part.Message})"));
        return aggregate.Message.EndsWith(parts, StringComparison.Ordinal) ? aggregate.Message[..^parts.Length] : aggregate.Message;
    }

    private static string[] BaseTypesOf(Type type)
    {
        List<string> names = [];
        for (Type? next = type.BaseType; next is not null && next != typeof(Exception) && names.Count < MaxBaseTypes; next = next.BaseType)
            names.Add(next.FullName ?? next.Name);
        return [.. names];
    }

    private static ReadOnlyCollection<Exception> CausesOf(Exception exception) => exception switch
    {
        AggregateException aggregate => aggregate.InnerExceptions,
        { InnerException: { } one } => new([one]),
        _ => ReadOnlyCollection<Exception>.Empty,
    };

    /// <summary>How many exceptions are left out: the further parts of an aggregate, or the rest of a chain.</summary>
    private static int CountOf(ReadOnlyCollection<Exception> causes, int from)
    {
        const int Enough = 10_000;
        int count = causes.Count - from;
        Exception? next = count == 1 ? causes[from].InnerException : null;
        for (; next is not null && count < Enough; next = next.InnerException)
            count++;
        return count;
    }

    /// <summary>A user's exception may override these members and throw from them.</summary>
    private static string Guarded(Func<string> read)
    {
        try
        {
            return read() ?? "";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"(reading this threw {error.GetType().FullName})";
        }
    }

    /// <summary>The room that is left for one envelope and everything in it.</summary>
    private sealed class Budget
    {
        private int _text = MaxTextInAll;

        public int Exceptions { get; set; } = MaxExceptions;

        public string Cut(string text)
        {
            int length = Math.Min(MaxText, _text);
            _text -= Math.Min(text.Length, length);
            return text.Length <= length ? text : $"{text.AsSpan(0, length)} … ({text.Length} characters)";
        }

        /// <summary>Takes room for a text that cannot be cut; false if there is not enough.</summary>
        public bool TryTake(string text)
        {
            if (text.Length > _text)
                return false;
            _text -= text.Length;
            return true;
        }
    }
}
