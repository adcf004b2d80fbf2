using System.Buffers.Binary;

namespace Offloop.Fuzz;

/// <summary>Turns well-formed inputs into malformed ones. The same seed makes the same inputs.</summary>
internal sealed class Mutator(int seed)
{
    private const int MaxBytes = 1 << 20;

    private readonly Random _random = new(seed);

    public Random Random => _random;

    public T Pick<T>(ReadOnlySpan<T> from) => from[_random.Next(from.Length)];

    /// <summary>An input of the corpus with one to four mutations: of its bytes or, if it is JSON, mostly of its values.</summary>
    public byte[] Next(byte[][] corpus, bool isJson)
    {
        byte[] input = Pick<byte[]>(corpus);
        for (int left = 1 + _random.Next(4); left > 0; left--)
        {
            input = isJson && _random.Next(16) > 0 ? JsonMutation.Apply(input, this) ?? Bytes(input, corpus) : Bytes(input, corpus);
            if (input.Length > MaxBytes)
                return input[..MaxBytes];
        }
        return input;
    }

    private byte[] Bytes(byte[] input, byte[][] corpus)
    {
        int at = _random.Next(input.Length + 1);
        int count = Math.Min(input.Length - at, 1 + _random.Next(8));
        return _random.Next(9) switch
        {
            0 when count > 0 => Flip(input, at),
            1 when count >= sizeof(int) => WithNumber(input, at),
            2 => [.. input[..at], .. RandomBytes(1 + _random.Next(16)), .. input[at..]],
            3 => [.. input[..at], .. input[(at + count)..]],
            4 => [.. input[..at], .. input.AsSpan(at, count), .. input[at..]],
            5 => input[..at],
            6 => [.. input[..at], .. Pick<byte[]>(corpus)],
            7 => [.. input[..at], (byte)_random.Next(256), .. input[Math.Min(input.Length, at + 1)..]],
            _ => [.. input, .. Pick<byte[]>(corpus)],
        };
    }

    private byte[] Flip(byte[] input, int at)
    {
        byte[] flipped = [.. input];
        flipped[at] ^= (byte)(1 << _random.Next(8));
        return flipped;
    }

    private byte[] WithNumber(byte[] input, int at)
    {
        byte[] changed = [.. input];
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(at), Pick<int>([0, 1, -1, 7, 255, 65536, int.MaxValue, int.MinValue]));
        return changed;
    }

    private byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
