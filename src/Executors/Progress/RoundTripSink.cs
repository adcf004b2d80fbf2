using Offloop.Payloads;

namespace Offloop.Progress;

/// <summary>Writes and reads each value, and so passes it on as another process would get it.</summary>
internal sealed class RoundTripSink(ProgressSink inner, PayloadFormat format) : ProgressSink
{
    public override void Post<T>(T value) => inner.Post(format.Read<T>(Write(value, format), "progress"));
}
