namespace Offloop.Payloads;

/// <summary>How many numbered payloads a worker may send for one task: a window that moves on as they are taken. It is what keeps a worker
/// that does not keep to the protocol from filling the coordinator's memory. One thread handles messages, another frames, any may
/// grant.</summary>
internal sealed class Allowance(int window)
{
    private int _granted;
    private int _messages;
    private int _frames;

    /// <summary>The task is sent to a worker, which counts from 1.</summary>
    public void Restart()
    {
        (_messages, _frames) = (0, 0);
        Volatile.Write(ref _granted, window);
    }

    /// <summary>So many more may be sent.</summary>
    public void Grant(int count) => Interlocked.Add(ref _granted, count);

    /// <summary>Counts a message; false where it may not come.</summary>
    public bool TryMessage(int number)
    {
        if (number != _messages + 1 || number > Volatile.Read(ref _granted))
            return false;
        _messages = number;
        return true;
    }

    /// <summary>Counts a frame, which belongs to a message that has come or that will; false where it may not come.</summary>
    public bool TryFrame(int number)
    {
        if (number <= _frames || number > Volatile.Read(ref _granted))
            return false;
        _frames = number;
        return true;
    }
}
