using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Mapping;

/// <summary>A task as it is written on the command line: a built-in name, or an assembly and a method in it.</summary>
/// <param name="Assembly">The path of the assembly's file.</param>
/// <param name="Method">The method with its namespace and type, such as <c>Shop.Prices.Update</c>, and with the type of its argument in
/// parentheses where several methods have the name.</param>
internal sealed record TaskAddress(string Assembly, string Method)
{
    public const string Accepted = "http-get, or path/to/Assembly.dll:Namespace.Type.Method";

    private static readonly Dictionary<string, string> s_builtIn = new()
    {
        ["http-get"] = $"{typeof(BuiltInTasks).FullName}.{nameof(BuiltInTasks.HttpGet)}",
    };

    /// <exception cref="UsageException">The text is no address, or there is no such file.</exception>
    public static TaskAddress Parse(string text)
    {
        if (s_builtIn.TryGetValue(text, out string? method))
            return new TaskAddress(typeof(BuiltInTasks).Assembly.Location, method);
        int colon = text.LastIndexOf(':'); // the last one, because a path may begin with C:
        if (colon <= 0 || colon == text.Length - 1 || text.IndexOfAny(['/', '\\'], colon) >= 0)
            throw new UsageException(text, $"expected {Accepted}");
        string path = Path.GetFullPath(text[..colon]);
        return File.Exists(path)
            ? new TaskAddress(path, text[(colon + 1)..])
            : throw new UsageException(path, "there is no such file; expected an assembly that was built or published");
    }
}
