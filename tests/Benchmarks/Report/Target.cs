namespace Offloop.Benchmarks.Report;

/// <summary>A numbered target and its measured value.</summary>
/// <param name="Number">The number in the list of targets.</param>
/// <param name="Text">The measured quantity, and what it is compared with.</param>
/// <param name="Measured">Null if a value that it needs was not measured.</param>
/// <param name="Limit">The limit that it has to keep.</param>
/// <param name="IsUpper">Whether less is better.</param>
/// <param name="Unit">Empty for a ratio.</param>
/// <param name="IsStretch">Whether the target is desirable but not required.</param>
internal sealed record Target(int Number, string Text, double? Measured, double Limit, bool IsUpper, string Unit, bool IsStretch)
{
    public bool IsMet => IsUpper ? Measured <= Limit : Measured >= Limit;

    public string Verdict => Measured is null ? "not measured" : IsMet ? "met" : IsStretch ? "missed (stretch)" : "MISSED";

    public static Target AtMost(int number, string text, double? measured, double limit, string unit = " ×") =>
        new(number, text, measured, limit, IsUpper: true, unit, IsStretch: false);

    public static Target AtLeast(int number, string text, double? measured, double limit, string unit = " ×") =>
        new(number, text, measured, limit, IsUpper: false, unit, IsStretch: false);

    public Target AsStretch() => this with { IsStretch = true };
}
