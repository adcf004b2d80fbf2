namespace Offloop.Payloads;

/// <summary>What is said of types that would lose data. The analyzer is compiled with this file too, so that it says what the executors
/// say.</summary>
internal static class PayloadTexts
{
    public const string Object = "object says nothing of what it holds; declare the type itself.";

    public const string Token = "CancellationToken cannot leave its process; take the token of the TaskContext parameter instead.";

    /// <summary>What can be done about a type of .NET, which nobody can change.</summary>
    public const string RemedyOfFramework =
        "pass what it holds as text, numbers or a type of yours, or add a converter for it (JsonOptions).";

    public static string Refusal(string role, string name, string reason) =>
        $"The {role} type {name} cannot be sent to a worker without losing data: {reason}";

    public static string Delegate(string name) => $"{name} is a delegate, which is code and not data; submit the method itself.";

    public static string Stream(string name) => $"{name} is a stream, which cannot leave its process; pass a path, or the bytes as byte[].";

    public static string Task(string name) => $"{name} is a task, which cannot leave its process; await it first and pass its result.";

    public static string OwnProcess(string name) => $"{name} means something in its own process only; pass plain data.";

    public static string Dimensions(string name, int rank) =>
        $"{name} is an array of {rank} dimensions, for which JSON has no form; pass an array of arrays.";

    public static string Stack(string name) => $"{name} is a stack, whose items would arrive in reverse order; pass an array or a list.";

    public static string Unmakeable(string name) =>
        $"{name} is a collection that JSON can write and not read, because it cannot be made empty and "
        + "filled; pass an array, a list or a dictionary.";

    public static string Abstract(string name) =>
        $"{name} is abstract; declare the type itself, or name its derived types with [JsonDerivedType].";

    public static string NoConstructor(string name, string? remedy) =>
        $"{name} has no public constructor from which its values could be made again; "
        + (remedy ?? "add a parameterless one, or mark one with [JsonConstructor].");

    public static string UnboundParameter(string parameter, string? remedy) =>
        $"no member has the name of its constructor parameter '{parameter}', so its values could not be made again; "
        + (remedy ?? "give it a public property or field of that name.");

    public static string ReadOnly(string member, string? remedy) =>
        $"its member '{member}' can be read but not set, so its value would be lost; "
        + (remedy ?? "give it a setter or an init accessor, a constructor parameter of its name, or [JsonIgnore].");

    public static string Hidden(string field, string reader) =>
        $"its private field '{field}', which {reader} reads, would come back as its default; "
        + "carry it in a public property or a constructor parameter, or put [NonSerialized] on it if it may be lost.";

    public static string OfMember(string member, string reason) => $"its member '{member}': {reason}";
}
