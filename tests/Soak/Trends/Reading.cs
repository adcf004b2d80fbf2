namespace Offloop.Soak.Trends;

/// <summary>A value at a time.</summary>
internal readonly record struct Reading(double Hours, double Value);
