using System.Runtime.CompilerServices;
using Offloop.Invocation;

namespace Offloop;

/// <summary>The checks that options share: each message names the property, the value and what is accepted.</summary>
internal static class Check
{
    /// <summary>The longest time a timer accepts.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public static int NotNegative(int value, [CallerMemberName] string property = "") =>
        value >= 0 ? value : throw OutOfRange(property, value, "0 or more");

    public static int Positive(int value, [CallerMemberName] string property = "") =>
        value >= 1 ? value : throw OutOfRange(property, value, "1 or more");

    public static int Between(int least, int most, int value, [CallerMemberName] string property = "") =>
        value >= least && value <= most ? value : throw OutOfRange(property, value, $"{least} to {most}");

    public static long Positive(long value, [CallerMemberName] string property = "") =>
        value >= 1 ? value : throw OutOfRange(property, value, "1 or more");

    public static long AtLeast(long value, long least, [CallerMemberName] string property = "") =>
        value >= least ? value : throw OutOfRange(property, value, $"{least} or more");

    public static TimeSpan AtLeast(TimeSpan value, TimeSpan least, [CallerMemberName] string property = "") =>
        value >= least && value <= s_longest
            ? value
            : throw OutOfRange(property, value, $"{least.TotalSeconds:0.###} s or more, and at most 49 days");

    public static TimeSpan NotNegative(TimeSpan value, [CallerMemberName] string property = "") =>
        value >= TimeSpan.Zero && value <= s_longest
            ? value
            : throw OutOfRange(property, value, "zero or a positive time of at most 49 days");

    public static TimeSpan Positive(TimeSpan value, [CallerMemberName] string property = "") =>
        value > TimeSpan.Zero && value <= s_longest ? value : throw OutOfRange(property, value, "a positive time of at most 49 days");

    public static TimeSpan Timeout(TimeSpan value, [CallerMemberName] string property = "") =>
        value == System.Threading.Timeout.InfiniteTimeSpan || (value > TimeSpan.Zero && value <= s_longest)
            ? value
            : throw OutOfRange(property, value, "a positive time of at most 49 days, or Timeout.InfiniteTimeSpan for none");

    public static TimeSpan? TimeoutOrNull(TimeSpan? value, [CallerMemberName] string property = "") =>
        value is { } given ? Timeout(given, property) : null;

    public static T Defined<T>(T value, [CallerMemberName] string property = "")
        where T : struct, Enum
    {
        if (Enum.IsDefined(value))
            return value;
        string[] names = Enum.GetNames<T>();
        throw OutOfRange(property, value, $"{string.Join(", ", names[..^1])} or {names[^1]}");
    }

    public static string NotEmpty(string value, [CallerMemberName] string property = "") =>
        value.Length > 0 ? value : throw new ArgumentException($"{property} must not be empty.", property);

    public static T NotNull<T>(T value, [CallerMemberName] string property = "")
        where T : class =>
        value ?? throw new ArgumentNullException(property, $"{property} is null, but it must be set; leave it out for the default.");

    /// <summary>A copy of the variables, so that workers that start later get the same ones.</summary>
    public static IReadOnlyDictionary<string, string?> Variables(
        IReadOnlyDictionary<string, string?> value, [CallerMemberName] string property = "")
    {
        foreach ((string name, string? text) in NotNull(value, property))
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny('=', '\0'))
            {
                throw new ArgumentException(
                    $"{property} has a variable '{name}', but a name must not be empty or contain '=' or a zero character.", property);
            }
            if (text is not null && text.Contains('\0', StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    $"{property} has a zero character in the value of '{name}', where the system would cut it off; remove it.", property);
            }
        }
        return new Dictionary<string, string?>(value);
    }

    /// <summary>A copy of the labels.</summary>
    public static IReadOnlyCollection<string> Labels(IReadOnlyCollection<string> value, [CallerMemberName] string property = "")
    {
        foreach (string label in NotNull(value, property))
        {
            if (string.IsNullOrWhiteSpace(label) || label.AsSpan().ContainsAny('\n', ','))
                throw new ArgumentException($"{property} has the label '{label}', but a label must not be empty or contain ','.", property);
        }
        return [.. value];
    }

    /// <summary>A method that a worker can call too.</summary>
    public static T? Stateless<T>(T? value, [CallerMemberName] string property = "")
        where T : Delegate
    {
        if (value is null)
            return null;
        if (!value.HasSingleTarget)
            throw new ArgumentException($"{property} has several targets; give it one method.", property);
        if (DelegateRules.CapturedBy(value) is { } captured)
            throw new ArgumentException(WorkTexts.OptionCaptures(property, captured), property);
        return value;
    }

    private static ArgumentOutOfRangeException OutOfRange<T>(string property, T value, string accepted) =>
        new(property, value, $"{property} is {value}, but it must be {accepted}.");
}
