namespace Offloop.Soak.Trends;

/// <summary>A value at a time.</summary>
internal readonly record struct Point(double Hours, double Value);
