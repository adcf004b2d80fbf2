namespace Offloop.Payloads;

/// <summary>An exception on its way between two processes. It holds facts only, and nothing that makes the reader load code.</summary>
internal sealed record ExceptionEnvelope
{
    // An envelope is part of a message, so it is bounded. Text beyond these limits helps nobody.
    private const int MaxExceptions = 32;
    private const int MaxDepth = 16; // each level takes two levels of JSON, and a message may have 64
    private const int MaxText = 8 << 10;
    private const int MaxTextInAll = 64 << 10;

    // Generated JSON code passes null for a field that a message leaves out and ignores initializers; hence the getters below.
    public required string Type { get; init; }

    public required string Message { get; init; }

    public string StackTrace { get => field ?? ""; init; }

    public ExceptionEnvelope[] Inner { get => field ?? []; init; }

    public static ExceptionEnvelope From(Exception exception)
    {
        var left = new Budget();
        return From(exception, MaxDepth, left);
    }

    /// <summary>Returns a copy within the limits, because an envelope from another process may exceed them all.</summary>
    public ExceptionEnvelope Bounded()
    {
        var left = new Budget();
        return Bounded(MaxDepth, left);
    }

    private ExceptionEnvelope Bounded(int depth, Budget left)
    {
        left.Exceptions--;
        List<ExceptionEnvelope> inner = [];
        foreach (ExceptionEnvelope? cause in Inner)
        {
            if (left.Exceptions > 0 && depth > 1 && cause is not null)
                inner.Add(cause.Bounded(depth - 1, left));
        }
        return new ExceptionEnvelope
        {
            Type = left.Cut(Type),
            Message = left.Cut(Message),
            StackTrace = left.Cut(StackTrace),
            Inner = [.. inner],
        };
    }

    private static ExceptionEnvelope From(Exception exception, int depth, Budget left)
    {
        left.Exceptions--;
        IEnumerable<Exception> causes = exception switch
        {
            AggregateException aggregate => aggregate.InnerExceptions,
            { InnerException: { } one } => [one],
            _ => [],
        };
        List<ExceptionEnvelope> inner = [];
        foreach (Exception cause in causes)
        {
            if (left.Exceptions > 0 && depth > 1)
                inner.Add(From(cause, depth - 1, left));
        }
        return new ExceptionEnvelope
        {
            Type = exception.GetType().FullName ?? exception.GetType().Name,
            Message = left.Cut(Guarded(() => MessageOf(exception))),
            StackTrace = left.Cut(Guarded(() => exception.StackTrace ?? "")),
            Inner = [.. inner],
        };
    }

    /// <summary>Returns the message without the messages of the inner exceptions, which AggregateException appends and would append again
    /// after the rebuild.</summary>
    private static string MessageOf(Exception exception) => exception switch
    {
        AggregateException aggregate when aggregate.Message.IndexOf(" (", StringComparison.Ordinal) is > 0 and var end =>
            aggregate.Message[..end],
        _ => exception.Message,
    };

    /// <summary>Reads a member of an exception. A user's exception may override it, and the override may throw.</summary>
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

    /// <summary>The room that is left in one envelope and all envelopes inside it.</summary>
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
    }
}
