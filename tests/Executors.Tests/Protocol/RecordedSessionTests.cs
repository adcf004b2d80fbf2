using System.Text.RegularExpressions;

namespace Offloop.Tests.Protocol;

/// <summary>The session in <c>docs/protocol.md</c>.</summary>
public sealed partial class RecordedSessionTests : Workers.SupervisionTests
{
    private const string Start = "```session\n";
    private const int MaxLine = 140;

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_recorded_session_is_that_of_a_real_run()
    {
        string path = RepositoryFile.Path("docs", "protocol.md");
        string page = await File.ReadAllTextAsync(path);
        int start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        int end = page.IndexOf("```", start, StringComparison.Ordinal);

        string[] session = Neutral(await RecordAsync());

        if (Environment.GetEnvironmentVariable("OFFLOOP_RERECORD") == "1")
            await File.WriteAllTextAsync(path, page[..start] + string.Concat(session.Select(Wrap)) + page[end..]);
        else // two messages that go in opposite directions may pass each other
            Assert.Equal(
                session.Order(StringComparer.Ordinal),
                page[start..end].Replace("\n    ", " ", StringComparison.Ordinal).TrimEnd().Split('\n').Order(StringComparer.Ordinal));
    }

    private static async Task<string[]> RecordAsync()
    {
        string record = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string begun = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var pool = new ProcessPoolExecutor(One with
        {
            Command = PythonProgram.Worker("recording.py"),
            Environment = new Dictionary<string, string?> { ["OFFLOOP_RECORD"] = record },
            CancellationGrace = TimeSpan.FromSeconds(30),
            Initializer = WorkerInitializer.Create(Workers.EntryPoints.Remember, 7),
        });
        await pool.SubmitAsync(Workers.EntryPoints.Square, 7, new SubmitOptions { Timeout = TimeSpan.FromSeconds(30) });
        await pool.SubmitAsync(Workers.EntryPoints.Square, 8);
        await pool.SubmitAsync(Workers.EntryPoints.Reverse, "bytes"u8.ToArray());
        var listening = new SubmitOptions { Progress = TaskProgress.Create<int>(static _ => { }) };
        await pool.SubmitAsync(Workers.EntryPoints.CountWithProgress, 1, listening);
        await pool.StreamAsync(Workers.EntryPoints.CountUp, 2).ToListAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => pool.SubmitAsync(Workers.EntryPoints.Fail, "this"));
        await pool.SubmitAsync(Workers.EntryPoints.Greet, new string('x', 100_000));
        using var cancellation = new CancellationTokenSource();
        Task waiting = pool.SubmitAsync(Workers.EntryPoints.WaitForCancellation, begun, cancellationToken: cancellation.Token);
        await Waiting.UntilAsync(() => File.Exists(begun), "the task has begun");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await EndAsync(pool);
        string[] lines = await File.ReadAllLinesAsync(record);
        File.Delete(record);
        File.Delete(begun);
        return lines;
    }

    /// <summary>The lines without the parts that differ from run to run.</summary>
    private static string[] Neutral(string[] lines)
    {
        List<string> methods = [];
        return [.. lines.Select(line =>
        {
            line = Process().Replace(line, "1000");
            line = WorkerProcess().Replace(line, "1001");
            line = Microseconds().Replace(line, "25");
            line = Library().Replace(line, "\"library\": \"/app/$1\"");
            line = Version().Replace(line, "1.0.0.0");
            line = Pipe().Replace(line, "\"/tmp/offloop-x/$1\"");
            line = StackTrace().Replace(line, "\"stackTrace\": \"…\"");
            line = Begun().Replace(line, "[1, \"/tmp/begun\"]");
            return Method().Replace(line, match => $"\"method\": {Number(match.Groups[1].Value)}");
        })];

        int Number(string method)
        {
            if (!methods.Contains(method))
                methods.Add(method);
            return methods.IndexOf(method) + 1;
        }
    }

    private static string Wrap(string line)
    {
        string wrapped = "";
        while (line.Length > MaxLine)
        {
            int end = line.LastIndexOf(' ', MaxLine - 1);
            if (end < 5)
                break;
            wrapped += line[..end] + "\n";
            line = "    " + line[(end + 1)..];
        }
        return $"{wrapped}{line}\n";
    }

    [GeneratedRegex("(?<=\"coordinatorProcessId\": )\\d+")]
    private static partial Regex Process();

    [GeneratedRegex("(?<=\"processId\": )\\d+")]
    private static partial Regex WorkerProcess();

    [GeneratedRegex("(?<=\"microseconds\": )\\d+")]
    private static partial Regex Microseconds();

    [GeneratedRegex("\"library\": \"[^\"]*?([^/\"]+)\"")]
    private static partial Regex Library();

    [GeneratedRegex("(?<=Executors\\.Tests, Version=)[0-9.]+")]
    private static partial Regex Version();

    [GeneratedRegex("\"/[^\"]*/offloop-[^\"/]*/(w1[crdm])\"")]
    private static partial Regex Pipe();

    [GeneratedRegex("\"stackTrace\": \"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex StackTrace();

    [GeneratedRegex("\\[1, \"/[^\"]*\"\\]")]
    private static partial Regex Begun();

    [GeneratedRegex("\"method\": (\\d+)")]
    private static partial Regex Method();
}
