namespace Offloop.Dashboard.Recording;

/// <summary>The last values of something that is looked at once a second, the oldest first. Not thread-safe.</summary>
internal sealed class Series
{
    /// <summary>How many values are kept: three minutes of them.</summary>
    public const int Length = 180;

    private readonly Queue<double> _values = new(Length);

    public void Add(double value)
    {
        if (_values.Count == Length)
            _values.Dequeue();
        _values.Enqueue(Math.Round(value, 3));
    }

    public double[] ToArray() => [.. _values];
}
