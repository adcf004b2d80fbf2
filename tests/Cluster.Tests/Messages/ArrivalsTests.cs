using Offloop.Cluster.Messages;

namespace Offloop.Tests.Messages;

public sealed class ArrivalsTests
{
    [Fact]
    public void A_batch_counts_once_in_each_line()
    {
        var arrivals = new Arrivals(10);

        Assert.True(arrivals.IsNew(Arrivals.Messages, 1));
        Assert.False(arrivals.IsNew(Arrivals.Messages, 1));
        Assert.True(arrivals.IsNew(Arrivals.Pieces, 1));
        Assert.True(arrivals.IsNew(Arrivals.Messages, 2));
        Assert.False(arrivals.IsNew(Arrivals.Messages, 1));
    }

    [Fact]
    public void A_payload_that_is_longer_than_allowed_is_refused_before_memory_is_taken()
    {
        var arrivals = new Arrivals(maxBytes: 10);
        Assert.Throws<InvalidDataException>(() => arrivals.Add(new Piece(1, Length: 1L << 40, Offset: 0, [1])));
        Assert.Throws<InvalidDataException>(() => arrivals.Add(new Piece(1, Length: 11, Offset: 0, [1])));
    }

    [Fact]
    public void Pieces_that_do_not_fit_and_payloads_that_have_not_come_are_refused()
    {
        var arrivals = new Arrivals(maxBytes: 10);
        arrivals.Add(new Piece(1, Length: 4, Offset: 0, [1, 2]));
        Assert.Throws<InvalidDataException>(() => arrivals.Add(new Piece(1, Length: 4, Offset: 2, [1, 2, 3])));
        Assert.Throws<InvalidDataException>(() => arrivals.Add(new Piece(2, Length: 4, Offset: 2, [1])));
        Assert.Throws<InvalidDataException>(() => arrivals.Add(new Piece(1, Length: 4, Offset: 3, [1]))); // a gap
        Assert.Throws<InvalidDataException>(() => arrivals.Add(new Piece(3, Length: -1, Offset: 0, [])));
        Assert.Throws<InvalidDataException>(() => arrivals.Take(new Carried(2, [], Transfer: 9)));
    }
}
