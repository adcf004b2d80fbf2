using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Offloop.Coordinator.Cli;

/// <summary>The accepted values of each option, in code and in words.</summary>
internal static class OptionRules
{
    private const string AcceptedDuration = "a duration from 1ms to 500h, such as 250ms, 10s, 1m or 1h";

    public static readonly OptionRule<ExecutorKind> Executor = new("--executor", "process, thread or inline", TryParseName);
    public static readonly OptionRule<int> Workers = new("--workers", "a whole number from 1 to 1024", Whole(1, 1024));
    public static readonly OptionRule<int> Concurrency = new("--concurrency", "a whole number from 1 to 4096", Whole(1, 4096));
    public static readonly OptionRule<Uri> Url =
        new("--url", "an absolute URL with http or https, such as https://example.org/", TryParseUrl);
    public static readonly OptionRule<TimeSpan> Duration = new("--duration", AcceptedDuration, DurationText.TryParse);
    public static readonly OptionRule<int> Count = new("--count", "a whole number from 1 to 1000000000", Whole(1, 1_000_000_000));
    public static readonly OptionRule<TimeSpan> Interval = new("--interval", AcceptedDuration, DurationText.TryParse);
    public static readonly OptionRule<TimeSpan> Timeout = new("--timeout", AcceptedDuration, DurationText.TryParse);
    public static readonly OptionRule<OutputFormat> Format = new("--format", "text or json", TryParseName);
    public static readonly OptionRule<int> Port = new("--port", "a whole number from 0 (any free port) to 65535", Whole(0, 65535));
    public static readonly OptionRule<TimeSpan> Delay =
        new("--delay", "a duration from 0ms to 500h, such as 0ms, 200ms or 1s", DurationText.TryParseOrZero);
    public static readonly OptionRule<int> Size = new("--size", "a size from 0 to 1GiB, such as 512, 10KiB or 1MiB", SizeText.TryParse);

    public static IReadOnlyList<OptionRule> OfRun { get; } =
        [Executor, Workers, Concurrency, Url, Duration, Count, Interval, Timeout, Format];

    public static IReadOnlyList<OptionRule> OfServe { get; } = [Port, Delay, Size];

    private static TryParse<int> Whole(int least, int most) => (string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;

    private static bool TryParseName(string text, out ExecutorKind value)
    {
        (bool known, value) = text switch
        {
            "process" => (true, ExecutorKind.Process),
            "thread" => (true, ExecutorKind.Thread),
            "inline" => (true, ExecutorKind.Inline),
            _ => (false, default),
        };
        return known;
    }

    private static bool TryParseName(string text, out OutputFormat value)
    {
        value = text == "json" ? OutputFormat.Json : OutputFormat.Text;
        return text is "text" or "json";
    }

    private static bool TryParseUrl(string text, [MaybeNullWhen(false)] out Uri value) =>
        Uri.TryCreate(text, UriKind.Absolute, out value)
        && (value.Scheme == Uri.UriSchemeHttp || value.Scheme == Uri.UriSchemeHttps)
        && value.Host.Length > 0;
}
