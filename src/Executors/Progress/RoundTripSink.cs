using Offloop.Payloads;

namespace Offloop.Progress;

/// <summary>Writes each value, and so passes it on as it would come from another process: a value that cannot be written is the task's
/// fault, and one that cannot be read is not.</summary>
internal sealed class RoundTripSink(ProgressDelivery inner, PayloadFormat format) : ProgressSink
{
    public override void Post<T>(T value)
    {
        inner.Require(value);
        inner.Post(Task.FromResult(Write(value, format)), static () => { });
    }
}
