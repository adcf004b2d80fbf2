namespace Offloop.Invocation;

/// <summary>An exception on its way between two processes: facts only, nothing that makes the reader load code.</summary>
internal sealed record ExceptionEnvelope
{
    private const int MaxDepth = 16;
    private const int MaxInner = 16;

    public required string Type { get; init; }

    public required string Message { get; init; }

    public string StackTrace { get; init; } = "";

    public ExceptionEnvelope[] Inner { get; init; } = [];

    public static ExceptionEnvelope From(Exception exception) => From(exception, MaxDepth);

    private static ExceptionEnvelope From(Exception exception, int depth)
    {
        Exception[] inner = exception switch
        {
            _ when depth == 0 => [],
            AggregateException aggregate => [.. aggregate.InnerExceptions.Take(MaxInner)],
            { InnerException: { } one } => [one],
            _ => [],
        };
        return new ExceptionEnvelope
        {
            Type = exception.GetType().FullName ?? exception.GetType().Name,
            Message = Guarded(() => MessageOf(exception)),
            StackTrace = Guarded(() => exception.StackTrace ?? ""),
            Inner = [.. inner.Select(one => From(one, depth - 1))],
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
            return read() ?? "";
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return $"(reading this threw {error.GetType().FullName})";
        }
    }
}
