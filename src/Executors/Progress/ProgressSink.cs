using Offloop.Payloads;

namespace Offloop.Progress;

/// <summary>Takes the values of <see cref="TaskContext.Report"/>. They go to the receiver in this process or through the pipe to the
/// coordinator.</summary>
internal abstract class ProgressSink
{
    /// <summary>Takes a value without waiting for the receiver. Throws <see cref="ArgumentException"/> if the caller listens for another
    /// type or the value cannot be sent.</summary>
    public abstract void Post<T>(T value);

    protected static ArgumentException WrongType(Type given, string expected) => Refused.Progress(
        $"The task reports progress of type {TypeNames.Of(given)}, but its caller listens for {expected}. Report that type, "
        + $"or listen with TaskProgress.Create<{TypeNames.Of(given)}>(...).");

    /// <summary>Writes the value as it is now, because the task may change it afterwards.</summary>
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
