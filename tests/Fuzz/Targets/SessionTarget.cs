using System.Buffers;
using System.Text.Json;
using Offloop.Protocol;

namespace Offloop.Fuzz.Targets;

/// <summary>Fuzzes one side of the protocol with everything behind it. Inputs go to the same connection until it is closed or worn out, and
/// then everything that depended on it must end.</summary>
internal abstract class SessionTarget : FuzzTarget
{
    private const int InputsPerQuestion = 16;
    private const int InputsPerSession = 256; // a task that waits for a payload that never comes holds up few inputs

    private readonly MessageFormatter _formatter = new(RpcContract.None);
    private RogueSession? _session;
    private int _inputs;

    public sealed override async Task TakeAsync(byte[] input, Mutator mutator)
    {
        if (!IsMessage(input))
        {
            // Such an input ends every connection, so that the inputs after it would not be read.
            Refused++;
            return;
        }
        _session ??= Open(mutator);
        Stage = "taking";
        bool goesOn = mutator.Random.Next(16) > 0 ? await _session.End.SayAsync(input) : await SendFrameAsync(_session, mutator);
        _inputs++;
        if (goesOn && _inputs % InputsPerQuestion == 0)
        {
            Stage = "answering";
            goesOn = await _session.IsAnsweredAsync();
        }
        if (!goesOn || _session.IsOver || _inputs >= InputsPerSession)
        {
            Refused += goesOn ? 0 : 1;
            await CloseAsync();
        }
    }

    public sealed override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected abstract RogueSession Open(Mutator mutator);

    /// <summary>Reads the input as the first reader behind a frame does.</summary>
    private bool IsMessage(byte[] input)
    {
        Stage = "parsing";
        try
        {
            return _formatter.Deserialize(new ReadOnlySequence<byte>(input)) is not null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private static Task<bool> SendFrameAsync(RogueSession session, Mutator mutator)
    {
        int count = mutator.Random.Next(256);
        long length = mutator.Random.Next(8) == 0 ? mutator.Pick<long>([-1, 1 << 20, int.MaxValue, long.MaxValue]) : count;
        int part = mutator.Random.Next(4) == 0 ? mutator.Random.Next(-3, 4) : 0;
        return session.End.SendDataAsync(mutator.Random.Next(-1, 12), part, length, new byte[count]);
    }

    private async Task CloseAsync()
    {
        if (_session is { } session)
        {
            (_session, _inputs, Stage) = (null, 0, $"ending after {Stage}");
            await session.DisposeAsync().AsTask().WaitAsync(HangTime);
        }
    }
}

/// <summary>One connection of a <see cref="SessionTarget"/>.</summary>
internal abstract class RogueSession : IAsyncDisposable
{
    public abstract RogueEnd End { get; }

    /// <summary>Whether the side has given up its peer.</summary>
    public abstract bool IsOver { get; }

    /// <summary>Returns false if the side has closed the connection, and throws if it does not answer.</summary>
    public abstract Task<bool> IsAnsweredAsync();

    /// <summary>Ends the connection. Completes when everything that depended on it has ended.</summary>
    public abstract ValueTask DisposeAsync();
}
