using Offloop.Payloads;
using Offloop.Progress;

namespace Offloop.WorkerHost.Link;

/// <summary>Sends a task's progress. It sends the next value once the receiver has taken the one before, and then the latest. So a flood of
/// values costs neither memory nor the pipe's time.</summary>
internal sealed class ProgressSender(CoordinatorLink link, int sequence, string typeName, PayloadFormat format) : ProgressSink
{
    private readonly Lock _lock = new();
    private Payload? _latest;
    private int _sent;
    private bool _isOnItsWay;
    private bool _isClosed;

    public override void Post<T>(T value)
    {
        if (typeof(T).AssemblyQualifiedName != typeName)
            throw WrongType(typeof(T), Type.GetType(typeName, throwOnError: false) is { } expected ? TypeNames.Of(expected) : typeName);
        format.RequireDeclared(value, "progress");
        Payload payload = Write(value, format, link.MaxMessageBytes);
        lock (_lock)
        {
            if (_isClosed)
                return;
            if (_isOnItsWay)
                _latest = payload;
            else
                Send(payload);
        }
    }

    /// <summary>The receiver has taken the value that was on its way.</summary>
    public void Taken()
    {
        lock (_lock)
        {
            _isOnItsWay = false;
            if (!_isClosed && _latest is { } latest)
                Send(latest);
        }
    }

    /// <summary>The task has ended. Sends the value that waits, and nothing more after it.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (_latest is { } latest)
                Send(latest);
        }
    }

    /// <summary>Called under the lock, so that the values stay in order. A large value keeps only this task's
    /// own threads waiting.</summary>
    private void Send(Payload payload)
    {
        (_isOnItsWay, _latest) = (true, null);
        link.SendProgress(sequence, ++_sent, payload);
    }
}
