using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Offloop.Fuzz;

/// <summary>One end of a control pipe and a data pipe. It sends whatever it is given, and only notes whether the other end still
/// answers.</summary>
internal sealed class RogueEnd : IDisposable
{
    private readonly Stream _control;
    private readonly Stream _data;
    private readonly Task _reading;
    private readonly Lock _lock = new();
    private TaskCompletionSource<bool>? _answer;
    private byte[] _awaited = [];
    private int _lastId = 1_000_000;

    /// <param name="control">Owned from here on.</param>
    /// <param name="data">Owned from here on.</param>
    public RogueEnd(Stream control, Stream data)
    {
        (_control, _data) = (control, data);
        _reading = Task.Run(ReadControlAsync);
        _ = Task.Run(() => DrainAsync(data));
    }

    /// <summary>Sends a message in a proper frame. Returns false if the other end is gone.</summary>
    public Task<bool> SayAsync(ReadOnlyMemory<byte> message)
    {
        string header = string.Create(CultureInfo.InvariantCulture, $"Content-Length:{message.Length}\r\n\r\n");
        return WriteAsync(_control, [.. Encoding.ASCII.GetBytes(header), .. message.Span]);
    }

    /// <summary>Sends a frame, or a part of one.</summary>
    public Task<bool> SendDataAsync(int sequence, int part, long length, ReadOnlyMemory<byte> bytes)
    {
        byte[] frame = new byte[16 + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), part);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(8), length);
        bytes.CopyTo(frame.AsMemory(16));
        return WriteAsync(_data, frame);
    }

    /// <summary>Sends a request and waits for its answer. Returns false if the other end has closed.</summary>
    public async Task<bool> AsksAsync(string method, string parameters)
    {
        int id = ++_lastId;
        Task<bool> answer;
        lock (_lock)
        {
            _awaited = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"id\":{id}"));
            _answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            answer = _answer.Task;
        }
        string request = string.Create(
            CultureInfo.InvariantCulture, $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{parameters}}}");
        if (_reading.IsCompleted || !await SayAsync(Encoding.ASCII.GetBytes(request)))
            return false;
        Task first = await Task.WhenAny(answer, _reading);
        return first == answer && await answer;
    }

    public void Dispose()
    {
        _control.Dispose();
        _data.Dispose();
    }

    private static async Task<bool> WriteAsync(Stream stream, byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes);
            await stream.FlushAsync();
            return true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task ReadControlAsync()
    {
        byte[] buffer = new byte[64 << 10];
        int kept = 0;
        try
        {
            while (await _control.ReadAsync(buffer.AsMemory(kept)) is > 0 and var count)
            {
                Memory<byte> heard = buffer.AsMemory(0, kept + count);
                lock (_lock)
                {
                    if (_answer is not null && heard.Span.IndexOf(_awaited) >= 0)
                    {
                        _answer.TrySetResult(true);
                        _answer = null;
                    }
                }
                kept = Math.Min(heard.Length, 32); // an id may be cut in two
                heard[^kept..].CopyTo(buffer);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // closed
        }
        lock (_lock)
            _answer?.TrySetResult(false);
    }

    private static async Task DrainAsync(Stream stream)
    {
        byte[] buffer = new byte[4 << 10];
        try
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // closed
        }
    }
}
