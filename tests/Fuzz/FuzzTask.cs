using Offloop.Invocation;

namespace Offloop.Fuzz;

/// <summary>The argument and result of the fuzzed messages. No other method uses this type, so a mutated name cannot hit one that
/// fits.</summary>
internal sealed record FuzzValue
{
    public int Number { get; init; }

    public string? Text { get; init; }

    public FuzzValue[] Children { get; init; } = [];
}

/// <summary>The task of the fuzzed messages.</summary>
internal static class FuzzTask
{
    private static readonly MethodIdentity s_identity = MethodIdentity.Of(
        ((Func<FuzzValue, FuzzValue>)Echo).Method, CallKind.Plain, typeof(FuzzValue), typeof(FuzzValue));

    public static FuzzValue Echo(FuzzValue value) =>
        value?.Number == 13 ? throw new InvalidOperationException(value.Text ?? "thirteen", new FormatException("inside")) : value!;

    public static string Fill(string template) => template
        .Replace("{{assembly}}", s_identity.Method!.Assembly, StringComparison.Ordinal)
        .Replace("{{module}}", s_identity.Method.ModuleVersion.ToString(), StringComparison.Ordinal)
        .Replace("{{token}}", s_identity.Method.Token.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{{type}}", s_identity.Method.ArgumentType, StringComparison.Ordinal);
}
