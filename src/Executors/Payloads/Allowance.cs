namespace Offloop.Payloads;

/// <summary>How many numbered payloads a worker may send for one task: a window that moves on as they are taken. It keeps a
/// worker that breaks the protocol from filling the coordinator's memory. One thread counts messages, another counts
/// frames, and any thread may grant.</summary>
internal sealed class Allowance(int window)
{
    private int _granted;
    private int _messages;
    private int _frames;

    /// <summary>Starts over: the task goes to a worker, which counts from 1.</summary>
    public void Restart()
    {
        (_messages, _frames) = (0, 0);
        Volatile.Write(ref _granted, window);
    }

    /// <summary>Allows <paramref name="count"/> more.</summary>
    public void Grant(int count) => Interlocked.Add(ref _granted, count);

    /// <summary>Counts a message; false if it may not come.</summary>
    public bool TryMessage(int number)
    {
        if (number != _messages + 1 || number > Volatile.Read(ref _granted))
            return false;
        _messages = number;
        return true;
    }

    /// <summary>Counts a frame, whose message may come before or after it; false if the frame may not come.</summary>
    public bool TryFrame(int number)
    {
        if (number <= _frames || number > Volatile.Read(ref _granted))
            return false;
        _frames = number;
        return true;
    }
}
