using Offloop.Invocation;

namespace Offloop.Reporting;

/// <summary>Passes values on as another process would get them.</summary>
internal sealed class RoundTripSink(ProgressSink inner) : ProgressSink
{
    public override void Post<T>(T value) => inner.Post(Payload.Read<T>(Write(value), "progress"));
}
