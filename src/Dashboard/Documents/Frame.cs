using System.Text.Json;

namespace Offloop.Dashboard.Documents;

/// <summary>One picture of the process, written once for all who look. Immutable.</summary>
/// <param name="number">Which it is, counted from 1.</param>
/// <param name="document">The document, without failures.</param>
/// <param name="failures">The failures of the executors.</param>
internal sealed class Frame(long number, DashboardDocument document, FailurePages failures)
{
    public long Number => number;

    /// <summary>The document without failures, as JSON in UTF-8 and in one line.</summary>
    public byte[] Numbers { get; } = JsonSerializer.SerializeToUtf8Bytes(document, DashboardJson.Default.DashboardDocument);

    public FailurePages Failures => failures;

    /// <summary>The whole document as JSON in UTF-8.</summary>
    public byte[] Whole()
    {
        DashboardDocument whole = document with
        {
            Executors = [.. document.Executors.Select(
                executor => executor with { Failures = Array.Find(failures.All, one => one.Id == executor.Id)?.Failures ?? [] })],
        };
        return JsonSerializer.SerializeToUtf8Bytes(whole, DashboardJson.Default.DashboardDocument);
    }
}

/// <summary>The failures of all executors, which change less often than the numbers. Immutable.</summary>
/// <param name="version">Another one each time when they have changed.</param>
/// <param name="all">The failures.</param>
internal sealed class FailurePages(long version, ExecutorFailures[] all)
{
    public long Version => version;

    public ExecutorFailures[] All => all;

    /// <summary>The failures as JSON in UTF-8 and in one line.</summary>
    public byte[] Json => field ??= JsonSerializer.SerializeToUtf8Bytes(all, DashboardJson.Default.ExecutorFailuresArray);
}
