using SkiaSharp;

namespace Offloop.Samples.Thumbnails;

/// <summary>A picture to make smaller, and where to.</summary>
internal sealed record Job(string Source, string Target);

/// <summary>The work with a native library. It runs in the workers.</summary>
internal static class Thumbnail
{
    private const int Side = 160;

    /// <summary>Makes a picture that fits into a square, and returns its size.</summary>
    public static string Make(Job job)
    {
        using SKCodec codec = SKCodec.Create(job.Source) ?? throw new InvalidDataException($"{job.Source} is no picture.");
        // Four bytes for each pixel, however small the file is: this is where the memory of a bomb goes.
        using SKBitmap whole = SKBitmap.Decode(codec, new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888));
        float scale = (float)Side / Math.Max(whole.Width, whole.Height);
        var size = new SKImageInfo((int)(whole.Width * scale), (int)(whole.Height * scale));
        using SKBitmap small = whole.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using FileStream file = File.Create(job.Target);
        _ = small.Encode(file, SKEncodedImageFormat.Jpeg, quality: 80);
        return $"{small.Width} x {small.Height}";
    }
}
