namespace Offloop.Payloads;

/// <summary>Limits how many numbered payloads a worker may send for one task: a window that moves on as they are taken. It keeps a worker
/// that breaks the protocol from filling the coordinator's memory. One thread counts messages, another counts frames, and any may
/// grant.</summary>
internal sealed class Allowance(int window)
{
    private int _granted;
    private int _messages;
    private int _frames;

    /// <summary>Starts again, because the task is sent to a worker. A worker counts from 1.</summary>
    public void Restart()
    {
        (_messages, _frames) = (0, 0);
        Volatile.Write(ref _granted, window);
    }

    /// <summary>Allows <paramref name="count"/> more payloads.</summary>
    public void Grant(int count) => Interlocked.Add(ref _granted, count);

    /// <summary>Counts a message; false if it is not allowed.</summary>
    public bool TryMessage(int number)
    {
        if (number != _messages + 1 || number > Volatile.Read(ref _granted))
            return false;
        _messages = number;
        return true;
    }

    /// <summary>Counts a frame; false if it is not allowed. Its message may come before or after it.</summary>
    public bool TryFrame(int number)
    {
        if (number <= _frames || number > Volatile.Read(ref _granted))
            return false;
        _frames = number;
        return true;
    }
}
