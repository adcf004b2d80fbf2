using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Fetching;
using Offloop.Coordinator.Output;

namespace Offloop.Coordinator.Comparing;

/// <summary>One executor's run in a child process, <c>coordinator run --format json</c>, whose lines are read as they come: the child may
/// not live to tell a summary.</summary>
internal sealed class ChildRun(CompareVerb verb, Contender contender)
{
    /// <summary>The time that the child may take beyond its own, to start and to end.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly List<(DateTimeOffset Time, double Lag)> _ticks = [];
    private readonly List<double> _latencies = [];
    private long _failed;
    private long _lost;
    private JsonElement? _summary;
    private double _lastTaskSeconds;

    /// <summary>Runs the child to its end, and ends it when its time is over.</summary>
    public async Task<RunTrace> RunAsync(CancellationToken cancellationToken)
    {
        using Process child = Start();
        using var meter = new ProcessMeter(child.Id);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(verb.Duration.Time + s_patience);
        Task<string> errors = child.StandardError.ReadToEndAsync(CancellationToken.None);
        var clock = Stopwatch.StartNew();
        try
        {
            while (await child.StandardOutput.ReadLineAsync(limit.Token) is { } line)
                Take(line, meter, clock.Elapsed);
            await child.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            child.Kill(entireProcessTree: true);
            await child.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
        }
        if (_summary is null && _ticks.Count == 0)
        {
            throw new ComparisonException(
                $"the run with the {Text.Name(contender.Executor)} executor could not start: {LastLine(await errors)}");
        }
        return Conclude(child.ExitCode, meter);
    }

    private Process Start()
    {
        string program = Environment.ProcessPath ?? "dotnet";
        bool isMuxer = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string[] own = isMuxer ? [program, typeof(ChildRun).Assembly.Location] : [program];
        string[] arguments =
        [
            .. own.Skip(1), "run", $"--executor={Text.Name(contender.Executor)}", $"--work={Text.Name(verb.Work)}",
            $"--duration={verb.Duration}", .. contender.Arguments,
            $"--concurrency={verb.Concurrency ?? verb.Workers}", $"--interval={verb.Interval}", $"--timeout={verb.Timeout}",
            .. contender.Nodes > 0 ? Array.Empty<string>() : [$"--max-worker-memory={verb.MaxWorkerMemory}"],
            "--format=json", "--log-level=none",
            .. verb.Urls.Select(static url => $"--url={url.AbsoluteUri}"),
        ];
        var start = new ProcessStartInfo(own[0], arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string variable in StoredOptions.VariablesOf(verb.Catalog.Default))
            start.Environment.Remove(variable); // what holds for this program is on the child's command line
        return Process.Start(start)!;
    }

    private void Take(string text, ProcessMeter meter, TimeSpan now)
    {
        JsonElement line;
        try
        {
            line = JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return; // the last line of a child that died while it wrote
        }
        switch (line.GetProperty("event").GetString())
        {
            case "tick":
                _ticks.Add((line.GetProperty("time").GetDateTimeOffset(), line.GetProperty("lagMs").GetDouble()));
                break;
            case "task":
                _lastTaskSeconds = now.TotalSeconds;
                if (line.TryGetProperty("workerPid", out JsonElement worker))
                    meter.Add(worker.GetInt32());
                if (line.GetProperty("ok").GetBoolean())
                    _latencies.Add(line.GetProperty("ms").GetDouble());
                else
                    TakeFailure(line.GetProperty("failure").GetString()!);
                break;
            case "node":
                if (line.TryGetProperty("processId", out JsonElement node))
                    meter.Add(node.GetInt32());
                break;
            case "summary":
                _summary = line;
                break;
        }
    }

    private void TakeFailure(string kind)
    {
        _failed++;
        if (FetchFailure.IsLoss(kind))
            _lost++;
    }

    private RunTrace Conclude(int exitCode, ProcessMeter meter)
    {
        DateTimeOffset start = _ticks.Count > 0 ? _ticks[0].Time.AddMilliseconds(-_ticks[0].Lag) : default;
        (double Seconds, double Lag)[] ticks = [.. _ticks.Select(tick => ((tick.Time - start).TotalSeconds, tick.Lag))];
        double ran = _summary is { } summary ? summary.GetProperty("durationMs").GetDouble() / 1000
            : Math.Max(ticks.Length > 0 ? ticks[^1].Seconds : 0, _lastTaskSeconds);
        long unfinished = _summary?.GetProperty("fetchesUnfinished").GetInt64()
            ?? (contender.Executor == ExecutorKind.Inline ? 1 : verb.Concurrency ?? verb.Workers); // those died with it
        bool hangs = _summary is not null && verb.Work == WorkKind.Hang && contender.Executor == ExecutorKind.Inline;
        return new RunTrace
        {
            Contender = contender,
            Lags = LagsOf(ticks, ran),
            Latencies = [.. _latencies.Order()],
            TicksPrinted = ticks.Length,
            Succeeded = _latencies.Count,
            Failed = _failed,
            Lost = _lost + (_summary is null || hangs ? unfinished : 0),
            ThreadsLeft = _summary?.GetProperty("abandonedThreads").GetInt32() ?? 0,
            Ran = TimeSpan.FromSeconds(ran),
            Cpu = meter.Cpu,
            PeakBytes = meter.PeakBytes,
            End = _summary is null ? string.Create(CultureInfo.InvariantCulture, $"died at {ran:0.0} s")
                : hangs ? "hung"
                : "in time",
            ExitCode = exitCode,
            Survived = _summary is not null && !hangs,
        };
    }

    /// <summary>The lag at every time at which a tick was due. One that never came is as late as the next one that did, or as the end.
    /// </summary>
    private List<LagSample> LagsOf((double Seconds, double Lag)[] ticks, double ran)
    {
        double interval = verb.Interval.Time.TotalSeconds;
        var printed = ticks.GroupBy(tick => (long)Math.Round((tick.Seconds - tick.Lag / 1000) / interval))
            .ToDictionary(static group => group.Key, static group => group.First());
        List<LagSample> lags = [];
        double next = ran;
        for (long n = (long)Math.Ceiling(ran / interval) - 1; n >= 0; n--)
        {
            bool came = printed.TryGetValue(n, out (double Seconds, double Lag) tick);
            next = came ? tick.Seconds : next;
            lags.Add(new LagSample(n * interval, came ? tick.Lag : (next - n * interval) * 1000));
        }
        lags.Reverse();
        return lags;
    }

    private static string LastLine(string text) => text.TrimEnd().Split('\n')[^1];
}

/// <summary>There is nothing to compare. The message is a sentence.</summary>
internal sealed class ComparisonException(string message) : Exception(message);
