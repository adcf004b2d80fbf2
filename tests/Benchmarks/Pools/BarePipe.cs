namespace Offloop.Benchmarks.Pools;

/// <summary>The floor: 64 bytes to a child process and back, with nothing around them.</summary>
internal sealed class BarePipe : PoolRound
{
    private readonly Child _child = Child.Start("pipe");
    private readonly byte[] _message = new byte[64];
    private Task? _connected;

    public override ValueTask DisposeAsync() => _child.DisposeAsync();

    protected override async Task NoOpAsync(int value)
    {
        await (_connected ??= _child.ConnectAsync());
        await _child.Pipe.WriteAsync(_message);
        await _child.Pipe.ReadExactlyAsync(_message);
    }

    public static async Task AnswerAsync(Stream pipe)
    {
        byte[] message = new byte[64];
        while (await pipe.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false) == message.Length)
            await pipe.WriteAsync(message);
    }
}
