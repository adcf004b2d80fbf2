using Offloop.Payloads;

namespace Offloop.Progress;

/// <summary>Passes values on as another process would get them.</summary>
internal sealed class RoundTripSink(ProgressSink inner, PayloadFormat format) : ProgressSink
{
    public override void Post<T>(T value) => inner.Post(format.Read<T>(Write(value, format), "progress"));
}
