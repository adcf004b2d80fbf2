using Offloop.Coordinator.Output;

namespace Offloop.Coordinator.Mapping;

/// <summary>Where the lines of the output go.</summary>
internal abstract class ResultSink : IDisposable
{
    /// <summary>Writes whole lines.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="last">The highest index among them.</param>
    /// <exception cref="IOException">They could not be written. If some of the bytes were, they are taken back where that is
    /// possible.</exception>
    public abstract void Write(ReadOnlySpan<byte> lines, long last);

    /// <summary>Has what was written survive a loss of power.</summary>
    public virtual void Sync()
    {
    }

    public virtual void Dispose()
    {
    }
}

/// <summary>The standard output.</summary>
internal sealed class StandardSink : ResultSink
{
    public override void Write(ReadOnlySpan<byte> lines, long last) => StandardOutput.Write(lines);
}

/// <summary>A pipe or a device that was named as output. It keeps nothing that a run could be resumed with.</summary>
internal sealed class DeviceSink(FileStream file) : ResultSink
{
    public override void Write(ReadOnlySpan<byte> lines, long last) => file.Write(lines);

    public override void Dispose()
    {
        file.Dispose();
        base.Dispose();
    }
}
