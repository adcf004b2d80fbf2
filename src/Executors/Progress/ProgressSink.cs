using Offloop.Payloads;

namespace Offloop.Progress;

/// <summary>Where <see cref="TaskContext.Report"/> puts its values: the receiver's queue in this process, or the pipe to the coordinator.</summary>
internal abstract class ProgressSink
{
    /// <summary>Never waits for the receiver. Throws <see cref="ArgumentException"/> when the value is not one that the caller listens for, or cannot be sent.</summary>
    public abstract void Post<T>(T value);

    protected static ArgumentException WrongType(Type given, string expected) => Refused.Progress(
        $"The task reports progress of type {TypeNames.Of(given)}, but its caller listens for {expected}; report that type, "
        + $"or listen with TaskProgress.Create<{TypeNames.Of(given)}>(...).");

    /// <summary>The value in the bytes that it has now, because the task may go on to change it.</summary>
    protected static Payload Write<T>(T value, PayloadFormat format, long maxBytes = long.MaxValue)
    {
        try
        {
            Payload payload = format.Write(value, "progress").Within(maxBytes, "progress");
            return payload.Kind == PayloadKind.Raw ? payload with { Bytes = payload.Bytes.ToArray() } : payload;
        }
        catch (PayloadException error)
        {
            throw Refused.Progress(error.Message, error.InnerException);
        }
    }
}
