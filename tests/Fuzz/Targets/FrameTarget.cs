using Offloop.Protocol;
using StreamJsonRpc;

namespace Offloop.Fuzz.Targets;

/// <summary>Fuzzes the reading of frames: their headers, lengths and ends.</summary>
internal sealed class FrameTarget : FuzzTarget
{
    public override string Name => "frames";

    public override bool IsJson => false;

    public override async Task TakeAsync(byte[] input, Mutator mutator)
    {
        var handler = new FrameHandler(new MemoryStream(input), Stream.Null, new SystemTextJsonFormatter());
        try
        {
            while (await handler.ReadAsync(CancellationToken.None) is not null)
            {
            }
        }
        catch (Exception error) when (error is BadRpcHeaderException or EndOfStreamException or InvalidDataException)
        {
            Refused++; // StreamJsonRpc ends a connection for these
        }
        await handler.DisposeAsync();
    }
}
