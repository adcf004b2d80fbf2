namespace Offloop.Dashboard.Recording;

/// <summary>Another number each time when the failures that are kept have changed. Thread-safe.</summary>
internal sealed class FailureVersion
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Change() => Interlocked.Increment(ref _value);
}
