using System.Diagnostics;
using System.Globalization;
using Offloop.Benchmarks.Running;

namespace Offloop.Benchmarks.Scenarios;

/// <summary>The CLI's slow server, in a separate process.</summary>
internal sealed class SlowServer : IAsyncDisposable
{
    private readonly Process _process;

    private SlowServer(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<SlowServer> StartAsync(int delayMilliseconds)
    {
        string delay = delayMilliseconds.ToString(CultureInfo.InvariantCulture) + "ms";
        Process process = BoundedProcess.Start(Cli.Start("serve", "--delay", delay));
        string line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server did not start.");
        return new SlowServer(process, new Uri(line));
    }

    public async ValueTask DisposeAsync()
    {
        BoundedProcess.End(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
