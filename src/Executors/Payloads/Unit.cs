namespace Offloop.Payloads;

/// <summary>Stands for "no argument" and "no result", so that one generic form serves every call.</summary>
internal readonly record struct Unit;
