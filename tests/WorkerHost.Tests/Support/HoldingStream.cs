using System.Text;

namespace Offloop.Tests;

/// <summary>Passes everything on, but holds the next write that contains a text until it is told to go on.</summary>
internal sealed class HoldingStream(Stream inner) : Stream
{
    private volatile byte[]? _text;
    private readonly TaskCompletionSource _holds = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it holds a write.</summary>
    public Task Holds => _holds.Task;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void HoldNext(string text) => _text = Encoding.UTF8.GetBytes(text);

    public void GoOn() => _goesOn.TrySetResult();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_text is { } text && buffer.Span.IndexOf(text) >= 0 && _holds.TrySetResult())
            await _goesOn.Task;
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        GoOn();
        inner.Dispose();
        base.Dispose(disposing);
    }
}
