using System.Reflection;

namespace Offloop.Invocation;

/// <summary>Names methods for people: a lambda or a local function by the method in which it stands. The compiler's own names
/// (<c>Program.&lt;&gt;c.&lt;&lt;Main&gt;$&gt;b__0_132</c>) are no part of C#, so a name of another form is left as it is.</summary>
internal static class MethodNames
{
    public static string Of(MethodInfo method)
    {
        Type? declaring = method.DeclaringType;
        while (declaring is { IsNested: true } && declaring.Name.StartsWith('<')) // <>c, <>c__DisplayClass0_0
            declaring = declaring.DeclaringType;
        string name = Written(method.Name);
        return declaring is null ? name : $"{TypeNameOf(declaring)}.{name}";
    }

    /// <summary>The name as the code has it: Main.lambda132, Main.LocalFunction.</summary>
    private static string Written(string name)
    {
        int end = name.LastIndexOf('>');
        if (!name.StartsWith('<') || end < 1 || end + 1 >= name.Length)
            return name;
        string outer = Written(name[1..end]);
        string rest = name[(end + 2)..];
        return name[end + 1] switch
        {
            'b' => $"{outer}.lambda{rest[(rest.LastIndexOf('_') + 1)..]}",
            'g' when rest.StartsWith("__", StringComparison.Ordinal) && rest.IndexOf('|', StringComparison.Ordinal) is > 2 and var bar =>
                $"{outer}.{rest[2..bar]}",
            '$' => outer, // <Main>$, the method of top-level statements
            _ => name,
        };
    }

    private static string TypeNameOf(Type type) => (type.FullName ?? type.Name).Replace('+', '.');
}
