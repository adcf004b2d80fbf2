using Offloop.Cluster.Messages;
using Offloop.Payloads;

namespace Offloop.Tests.Messages;

public sealed class TaskLineTests
{
    private readonly Lock _lock = new();
    private readonly List<NodeOrder> _arrived = [];
    private readonly TaskCompletionSource _pieces = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskLine<NodeOrder> _line;

    public TaskLineTests() => _line = new TaskLine<NodeOrder>(
        new MessageLine<NodeOrder>((_, batch) => TakeAsync(batch), TimeSpan.FromMilliseconds(1), static () => { }),
        new MessageLine<NodeOrder>(
            async (_, batch) =>
            {
                await _pieces.Task;
                return await TakeAsync(batch);
            },
            TimeSpan.FromMilliseconds(1),
            static () => { }),
        static piece => new PieceOrder(piece));

    [Fact(Timeout = Waiting.Hang)]
    public async Task A_large_payload_goes_ahead_in_pieces_and_holds_up_no_other_task()
    {
        byte[] large = new byte[(2 << 20) + 17];
        Random.Shared.NextBytes(large);
        _line.Send(1, new Payload(PayloadKind.Raw, large), static argument => Run(1, argument));
        _line.Send(1, new EndOrder(1));
        _line.Send(2, new Payload(PayloadKind.Json, "5"u8.ToArray()), static argument => Run(2, argument));
        await Waiting.UntilAsync(() => Arrived().Length == 1, "the small one has arrived");
        Assert.Equal(2, Arrived()[0].Sequence);

        _pieces.SetResult();
        await Waiting.UntilAsync(() => Arrived().OfType<EndOrder>().Any(), "all has arrived");

        NodeOrder[] all = Arrived();
        Assert.Equal([typeof(RunOrder), typeof(PieceOrder), typeof(PieceOrder), typeof(PieceOrder), typeof(RunOrder), typeof(EndOrder)],
            all.Select(static order => order.GetType()));
        var arrivals = new Arrivals(large.Length);
        foreach (PieceOrder piece in all.OfType<PieceOrder>())
            arrivals.Add(piece.Piece);
        Payload payload = arrivals.Take(((RunOrder)all[4]).Argument);
        Assert.Equal(PayloadKind.Raw, payload.Kind);
        Assert.True(payload.Bytes.Span.SequenceEqual(large));
    }

    [Fact(Timeout = Waiting.Hang)]
    public async Task What_is_said_of_one_task_arrives_in_its_order()
    {
        _pieces.SetResult();
        for (int i = 0; i < 50; i++)
        {
            int number = i;
            int length = i % 5 == 0 ? 100 << 10 : 10;
            _line.Send(1, new Payload(PayloadKind.Raw, new byte[length]), carried => Run(number, carried));
        }
        await Waiting.UntilAsync(() => Arrived().OfType<RunOrder>().Count() == 50, "all has arrived");

        Assert.Equal(Enumerable.Range(0, 50), Arrived().OfType<RunOrder>().Select(static run => run.Sequence));
    }

    private static RunOrder Run(int sequence, Carried argument) => new(sequence)
    {
        Method = 1,
        TaskId = sequence,
        Attempt = 1,
        ReportStart = false,
        IsStream = false,
        Argument = argument,
    };

    private Task<bool> TakeAsync(NodeOrder[] batch)
    {
        lock (_lock)
            _arrived.AddRange(batch);
        return Task.FromResult(true);
    }

    private NodeOrder[] Arrived()
    {
        lock (_lock)
            return [.. _arrived];
    }
}
