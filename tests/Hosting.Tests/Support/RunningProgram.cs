using System.Collections.Concurrent;
using System.Diagnostics;

namespace Offloop.Tests.Support;

/// <summary>A program of the tests that runs in a process of its own, with what it has written so far.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _news = new(0);

    /// <param name="assembly">The name of its assembly, which lies beside the test.</param>
    /// <param name="environment">Variables, by name.</param>
    /// <param name="arguments">Its arguments.</param>
    public RunningProgram(string assembly, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int ProcessId => _process.Id;

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Waits for what a function finds in the lines.</summary>
    public async Task<T> FindAsync<T>(Func<IReadOnlyCollection<string>, T?> find)
        where T : class
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (true)
        {
            if (find(_lines) is { } found)
                return found;
            try
            {
                await _news.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"It was not written. Written was:{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}");
            }
        }
    }

    /// <summary>Waits for a line that has these words, and returns what stands behind them.</summary>
    public Task<string> FindAsync(string words) => FindAsync(lines => lines
        .Where(line => line.Contains(words, StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Trim()).FirstOrDefault());

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end, and returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _news.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        _news.Release();
    }
}
