using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Offloop.Tests;

/// <summary>This program as a child process, which hears and says lines. It ends with its input, or is killed.</summary>
public sealed class ChildProgram : IDisposable
{
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

    public ChildProgram(params string[] arguments)
        : this(static start => start, arguments)
    {
    }

    /// <param name="change">Changes how it starts.</param>
    /// <param name="arguments">Its arguments.</param>
    public ChildProgram(Func<ProcessStartInfo, ProcessStartInfo> change, params string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(change);
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(ChildProgram).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process = Process.Start(change(start))!;
        _ = ReadAsync();
    }

    public Process Process { get; }

    public void Say(string line)
    {
        Process.StandardInput.WriteLine(line);
        Process.StandardInput.Flush();
    }

    /// <summary>Waits for the next line that begins so, and returns the rest of it.</summary>
    public async Task<string> HearAsync(string beginning)
    {
        await foreach (string line in _said.Reader.ReadAllAsync())
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line[beginning.Length..].Trim();
        }
        throw new IOException($"The child ended before it said '{beginning}'.");
    }

    /// <summary>Lets an executor submit a task that waits at a meeting point.</summary>
    public void Submit(MeetingPoint point) => Say(point.For().Port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sends a signal such as STOP.</summary>
    public void Signal(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", Process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Kills the process, and nothing that it has started.</summary>
    public void Kill() => Process.Kill();

    public void Dispose()
    {
        try
        {
            Process.StandardInput.Close();
            if (!Process.WaitForExit(20_000))
                Process.Kill(entireProcessTree: true);
        }
        catch (IOException)
        {
            // It was killed.
        }
        Process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await Process.StandardOutput.ReadLineAsync() is { } line)
            _said.Writer.TryWrite(line);
        _said.Writer.TryComplete();
    }
}
