using System.Diagnostics;
using Offloop.Payloads;
using Offloop.Progress;

namespace Offloop.Relaying;

/// <summary>Passes the progress of a task on, one value after the other.</summary>
/// <param name="typeName">The type that the submitter listens for.</param>
/// <param name="pass">Takes a value that has come whole.</param>
internal sealed class RelayedProgress(string typeName, Action<Payload> pass) : ProgressDelivery
{
    private readonly PassingLine _line = new(pass);
    private Action? _taken;

    public override string TypeName => typeName;

    /// <summary>The last value has been delivered, so the worker may send the next one.</summary>
    public void TakeNext() => Interlocked.Exchange(ref _taken, null)?.Invoke();

    public override void Require<T>(T value) => throw NotHere();

    public override void Post<T>(T value) => throw NotHere();

    public override Task CloseAsync(bool deliverLatest) => _line.Add(PassingLine.Nothing);

    protected override void Post(Remote value)
    {
        Volatile.Write(ref _taken, value.Taken);
        _ = _line.Add(value.Value);
    }

    private static UnreachableException NotHere() => new("No task that is passed on reports progress in this process.");
}
