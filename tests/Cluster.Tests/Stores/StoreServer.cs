using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Offloop.Coordinator.Clustering;

namespace Offloop.Tests.Stores;

/// <summary>A server that a test starts on a free port of the loopback address, with a folder of its own, and ends. It has a
/// password.</summary>
public abstract class StoreServer : IAsyncLifetime
{
    public const string Secret = "p@ss/wörd%"; // such characters are escaped in an address

    private Process? _process;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("offloop-test-").FullName;

    /// <summary>The port on which it listens, which it keeps.</summary>
    public int Port { get; } = FreePort();

    /// <summary>The file with the address and the password.</summary>
    public string AddressFile => Path.Combine(Folder, "address");

    /// <summary>The store, as the command line makes it.</summary>
    internal ClusterStore Store => ClusterStores.Parse($"@{AddressFile}");

    /// <summary>What the program is called for those who have not installed it.</summary>
    protected abstract string Name { get; }

    /// <summary>The path of the program; null if it is not here.</summary>
    protected abstract string? Program { get; }

    /// <summary>What the server says when it listens.</summary>
    protected abstract string Ready { get; }

    protected static string EscapedPassword => Uri.EscapeDataString(Secret);

    public virtual async ValueTask InitializeAsync()
    {
        if (Program is null)
            return;
        WriteAddress(AddressFile, Address(EscapedPassword));
        await MakeAsync();
        await StartAsync();
    }

    /// <summary>Skips a test where the program is not installed.</summary>
    public void Require() => Assert.SkipWhen(Program is null, $"{Name} is not installed.");

    /// <summary>The address with another password, or without.</summary>
    public abstract string Address(string? password);

    public static void WriteAddress(string path, string address)
    {
        File.WriteAllText(path, address + "\nthe rest is for people\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Starts the server, and returns when it listens.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(Start())!;
        await SayAsync(_process.StandardInput);
        _process.StandardInput.Close();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        _ = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError)).ContinueWith(
            _ => ready.TrySetException(new IOException($"{Name} has ended: {string.Join('\n', said)}")), TaskScheduler.Default);
        await ready.Task.WaitAsync(Waiting.ForStart);

        async Task ReadAsync(StreamReader lines)
        {
            while (await lines.ReadLineAsync() is { } line)
            {
                lock (said)
                    said.Add(line);
                if (line.Contains(Ready, StringComparison.Ordinal))
                    ready.TrySetResult();
            }
        }
    }

    /// <summary>Ends the server, which closes all connections at once.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        await RunAsync("kill", "-INT", _process.Id.ToString(CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync().WaitAsync(Waiting.ForStart);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the server's files.</summary>
    protected virtual Task MakeAsync() => Task.CompletedTask;

    /// <summary>Says on its input what the server is to know.</summary>
    protected virtual Task SayAsync(StreamWriter input) => Task.CompletedTask;

    protected abstract ProcessStartInfo Start();

    protected static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    protected static ProcessStartInfo Quiet(string program, params IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    protected static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(Quiet(program, arguments))!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} has failed: {await output}{errors}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
