using System.Diagnostics;

namespace Offloop.Model;

/// <summary>Turns a failed assertion of a debug build into an exception, so that it is reported with the events before it.</summary>
internal sealed class AssertionListener : TraceListener
{
    public override void Fail(string? message, string? detailMessage) =>
        throw new BrokenPromiseException($"An assertion failed: {message}");

    public override void Fail(string? message) => Fail(message, null);

    public override void Write(string? message)
    {
    }

    public override void WriteLine(string? message)
    {
    }
}
