namespace Offloop.Invocation;

/// <summary>An exception on its way between two processes: facts only, nothing that makes the reader load code.</summary>
internal sealed record ExceptionEnvelope
{
    // An envelope stands in a message, so it is bounded: what an exception's text holds beyond this helps nobody.
    private const int MaxExceptions = 32;
    private const int MaxDepth = 16; // each level is two of JSON, of which a message may have 64
    private const int MaxText = 8 << 10;

    public required string Type { get; init; }

    public required string Message { get; init; }

    public string StackTrace { get; init; } = "";

    public ExceptionEnvelope[] Inner { get; init; } = [];

    public static ExceptionEnvelope From(Exception exception)
    {
        int left = MaxExceptions;
        return From(exception, MaxDepth, ref left);
    }

    private static ExceptionEnvelope From(Exception exception, int depth, ref int left)
    {
        left--;
        IEnumerable<Exception> causes = exception switch
        {
            AggregateException aggregate => aggregate.InnerExceptions,
            { InnerException: { } one } => [one],
            _ => [],
        };
        List<ExceptionEnvelope> inner = [];
        foreach (Exception cause in causes)
        {
            if (left > 0 && depth > 1)
                inner.Add(From(cause, depth - 1, ref left));
        }
        return new ExceptionEnvelope
        {
            Type = exception.GetType().FullName ?? exception.GetType().Name,
            Message = Guarded(() => MessageOf(exception)),
            StackTrace = Guarded(() => exception.StackTrace ?? ""),
            Inner = [.. inner],
        };
    }

    /// <summary>The message that the exception was made with: AggregateException and ArgumentException add to theirs at each reading.</summary>
    private static string MessageOf(Exception exception) => exception switch
    {
        AggregateException aggregate when aggregate.Message.IndexOf(" (", StringComparison.Ordinal) is > 0 and var end => aggregate.Message[..end],
        _ => exception.Message,
    };

    /// <summary>A user's exception may override these members and throw in them.</summary>
    private static string Guarded(Func<string> read)
    {
        try
        {
            string text = read() ?? "";
            return text.Length <= MaxText ? text : $"{text.AsSpan(0, MaxText)} … ({text.Length} characters)";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"(reading this threw {error.GetType().FullName})";
        }
    }
}
