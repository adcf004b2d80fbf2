using System.Buffers.Binary;
using Offloop.Protocol;

namespace Offloop.Fuzz;

/// <summary>Makes files of a <see cref="StartMark"/> as a worker that was taken over may leave them: noise, in which some marks, stamps and
/// noted ends make sense, so that readers get beyond the first of them.</summary>
internal static class MarkPage
{
    private const int CountBytes = sizeof(int); // as EndJournal writes them
    private const int HeaderBytes = 3 * sizeof(int) + 2 * sizeof(byte);
    private const int ThreadsAt = StartMark.Words * sizeof(long);
    private const int MaxSequence = 12; // the tasks of a session

    public static byte[] Next(Random random)
    {
        byte[] page = new byte[StartMark.FileBytes];
        random.NextBytes(page);
        if (random.Next(4) == 0)
            return page;
        for (int sequence = 1; sequence < MaxSequence; sequence++)
        {
            long word = (uint)sequence | ((long)random.Next(4) << 32);
            BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(StartMark.IndexOf(sequence) * sizeof(long)), word);
        }
        page.AsSpan(ThreadsAt, random.Next(StartMark.JournalAt - ThreadsAt + 1)).Clear();
        WriteEnds(page.AsSpan(StartMark.JournalAt), random);
        return page;
    }

    private static void WriteEnds(Span<byte> journal, Random random)
    {
        // Without plausible lengths nearly every journal would be refused as too long.
        BinaryPrimitives.WriteInt32LittleEndian(journal, random.Next(journal.Length));
        Span<byte> left = journal[CountBytes..];
        while (left.Length >= HeaderBytes && random.Next(16) > 0)
        {
            int length = Math.Min(random.Next(64), left.Length - HeaderBytes);
            BinaryPrimitives.WriteInt32LittleEndian(left, random.Next(-1, MaxSequence));
            BinaryPrimitives.WriteInt32LittleEndian(left[(2 * sizeof(int))..], length);
            left[3 * sizeof(int)] = (byte)random.Next(8);
            left[3 * sizeof(int) + 1] = (byte)random.Next(4);
            left = left[(HeaderBytes + length)..];
        }
    }
}
