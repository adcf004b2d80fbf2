using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace Offloop.Tests.Program;

/// <summary>One run of the program. A variable that its descendants inherit identifies them.</summary>
internal sealed class CliProcess : IAsyncDisposable
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private const string Mark = "OFFLOOP_TEST_RUN";

    /// <summary>Many times what it takes: another test project may keep the processors busy.</summary>
    private static readonly TimeSpan s_orphanLimit = TimeSpan.FromSeconds(5);

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Channel<string> _errorLines = Channel.CreateUnbounded<string>();
    private readonly List<string> _out = [];
    private bool _outputIsClosed;

    private CliProcess(string[] args, IReadOnlyDictionary<string, string>? variables)
    {
        var start = new ProcessStartInfo(Cli.Path, args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment[Mark] = _mark;
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _error = ReadErrorAsync();
    }

    /// <summary>The program's standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    public static CliProcess Start(params string[] args) => new(args, variables: null);

    public static CliProcess Start(IReadOnlyDictionary<string, string> variables, params string[] args) => new(args, variables);

    /// <summary>The next line of stdout, or null at its end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        if (line is not null)
            _out.Add(line);
        return line;
    }

    /// <summary>Reads until a line of stdout contains <paramref name="text"/>.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (await ReadLineAsync() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        }
        throw new InvalidOperationException($"The program ended without a line that contains '{text}': {await _error}");
    }

    /// <summary>Reads until a line of stderr begins with <paramref name="start"/>, and returns what follows.</summary>
    public async Task<string> ReadErrorUntilAsync(string start)
    {
        await foreach (string line in _errorLines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return line[start.Length..];
        }
        throw new InvalidOperationException($"The program ended without a line that begins with '{start}': {await _error}");
    }

    /// <summary>Stops reading stdout, and closes it.</summary>
    public void CloseOutput()
    {
        _outputIsClosed = true;
        _process.StandardOutput.Dispose();
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    public void KillAlone() => _process.Kill(entireProcessTree: false);

    /// <summary>Waits for the end, and checks that no process is left.</summary>
    public async Task<CliResult> FinishAsync(TimeSpan limit)
    {
        // It is read while the program runs, because a full pipe would hold it up.
        Task ended = Task.WhenAll(ReadToEndAsync(), _process.WaitForExitAsync(TestContext.Current.CancellationToken));
        await ended.WaitAsync(limit);
        await AssertNothingIsLeftAsync();
        return new CliResult(_process.ExitCode, [.. _out], (await _error).Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<string> ReadErrorAsync()
    {
        var all = new StringBuilder();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            all.Append(line).Append('\n');
            _errorLines.Writer.TryWrite(line);
        }
        _errorLines.Writer.Complete();
        return all.ToString();
    }

    private async Task ReadToEndAsync()
    {
        while (!_outputIsClosed && await ReadLineAsync() is not null)
            continue;
    }

    public async Task AssertNothingIsLeftAsync()
    {
        var clock = Stopwatch.StartNew();
        while (Descendants().Length > 0 && clock.Elapsed < s_orphanLimit)
            await Task.Delay(10); // the end of a process that is not a child raises no event
        Assert.Empty(Descendants());
    }

    /// <summary>The live processes that this run has started. Only Linux shows the variables of a process.</summary>
    public int[] Descendants() => !OperatingSystem.IsLinux() ? [] :
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(IsMarked)
            .Select(id => int.Parse(id!, null)).Where(id => id != _process.Id)];

    public async ValueTask DisposeAsync()
    {
        foreach (int id in Descendants())
            _ = Kill(id, 9);
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private bool IsMarked(string? id)
    {
        try
        {
            return int.TryParse(id, out _) && File.ReadAllText($"/proc/{id}/environ").Contains(_mark, StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended meanwhile, or is not ours to read
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
