using Offloop.Protocol;

namespace Offloop.Fuzz.Targets;

/// <summary>Fuzzes the data pipe: on the coordinator's side, which takes only the frames that it expects, and on the worker's, which takes
/// every frame.</summary>
internal sealed class DataTarget : FuzzTarget
{
    private const int MaxBytes = 1 << 20;

    public override string Name => "data";

    public override bool IsJson => false;

    public override async Task TakeAsync(byte[] input, Mutator mutator)
    {
        bool isWorker = mutator.Random.Next(2) == 0;
        using var pipe = new DataPipe(
            new MemoryStream(input), MaxBytes, key => isWorker || key is { Sequence: > 0 and < 4, Part: 0 or 1 or -1 });
        Task<byte[]>[] frames = [.. Enumerable.Range(1, 4).Select(sequence => pipe.ReceiveAsync(FrameKey.Whole(sequence)))];
        pipe.ForgetTasks([mutator.Random.Next(1, 4)]);
        await pipe.Completion;
        // After the end every waiter has its answer.
        await Task.WhenAny(Task.WhenAll(frames));
        Refused += frames.Any(static frame => frame.IsFaulted) ? 1 : 0;
        if (frames.Any(static frame => frame.Exception?.InnerException is { } error and not IOException))
        {
            throw new InvalidOperationException(
                "A frame ended in something else than an IOException.", frames.First(static frame => frame.IsFaulted).Exception);
        }
    }
}
