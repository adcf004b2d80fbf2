namespace Offloop.Payloads;

/// <summary>Stands for "no argument" and "no result", so that every form of a call is one generic form.</summary>
internal readonly record struct Unit;
