namespace Offloop.Payloads;

/// <summary>An exception on its way between two processes. It holds facts only, and nothing that makes the reader load code.</summary>
internal sealed record ExceptionEnvelope
{
    // An envelope travels in a message, so it is bounded. More text than this helps nobody.
    private const int MaxExceptions = 32;
    private const int MaxDepth = 16; // each level takes two of JSON, and a message may have 64
    private const int MaxText = 8 << 10;
    private const int MaxTextInAll = 64 << 10;

    // Two getters replace null: a message is read into an object that no initializer has run for.
    public required string Type { get; set; }

    public required string Message { get; set; }

    public string StackTrace { get => field ?? ""; set; }

    public ExceptionEnvelope[] Inner { get => field ?? []; set; }

    public static ExceptionEnvelope From(Exception exception)
    {
        var left = new Budget();
        return From(exception, MaxDepth, left);
    }

    /// <summary>The same envelope within the bounds; another process may have sent more.</summary>
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
            Inner = [.. inner]
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

    /// <summary>The message that the exception was made with. AggregateException adds the inner messages whenever it is read.</summary>
    private static string MessageOf(Exception exception) => exception switch
    {
        AggregateException aggregate when aggregate.Message.IndexOf(" (", StringComparison.Ordinal) is > 0 and var end
            => aggregate.Message[..end],
        _ => exception.Message,
    };

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
    }
}
