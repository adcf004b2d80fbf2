using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace Offloop.Samples.Thumbnails;

/// <summary>The pictures of the sample.</summary>
internal static class Pictures
{
    public static void Draw(string path, int number)
    {
        using var bitmap = new SKBitmap(1200, 800);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = SKColors.White, IsAntialias = true })
        {
            canvas.Clear(SKColor.FromHsl(number * 40 % 360, 70, 50));
            canvas.DrawCircle(600, 400, 40 * (number + 1), paint);
        }
        using FileStream file = File.Create(path);
        _ = bitmap.Encode(file, SKEncodedImageFormat.Png, quality: 100);
    }

    /// <summary>A decompression bomb: a black PNG of 20,000 by 20,000 pixels, which has 50 kilobytes as a file.</summary>
    public static void WriteBomb(string path)
    {
        const int side = 20_000;
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 1; // one bit for each pixel, and shades of grey (0)
        using var pixels = new MemoryStream();
        using (var packed = new ZLibStream(pixels, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] row = new byte[1 + (side / 8)];
            for (int y = 0; y < side; y++)
                packed.Write(row);
        }
        using FileStream file = File.Create(path);
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", pixels.ToArray());
        WriteChunk(file, "IEND", []);
    }

    private static void WriteChunk(FileStream file, string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        uint crc = uint.MaxValue;
        foreach (byte value in named)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        file.Write(number);
    }
}
