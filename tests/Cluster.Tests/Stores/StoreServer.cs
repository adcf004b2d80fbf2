using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Offloop.Coordinator.Clustering;

namespace Offloop.Tests.Stores;

/// <summary>A server that a test starts on a free port of the loopback address, with a password and a folder of its own. It ends with the
/// test, also if that is killed.</summary>
public abstract class StoreServer : IAsyncLifetime
{
    public const string Secret = "p@ss/wörd%"; // such characters are escaped in an address

    /// <summary>Ends what it runs when its input ends.</summary>
    private const string Guard = "exec 3<&0; \"$@\" </dev/null & cat <&3 >/dev/null; kill -INT $!; wait $!";

    private Process? _process;

    /// <summary>The port on which it listens, which it keeps.</summary>
    public int Port { get; } = FreePort();

    /// <summary>The authority of its certificate, which is for 127.0.0.1.</summary>
    public string AuthorityFile => Path.Combine(Folder, "ca.pem");

    /// <summary>The file with the address and the password.</summary>
    public string AddressFile => Path.Combine(Folder, "address");

    protected string CertificateFile => Path.Combine(Folder, "server.pem");

    protected string PrivateKeyFile => Path.Combine(Folder, "server.key");

    protected string Folder { get; } = Directory.CreateTempSubdirectory("offloop-test-").FullName;

    protected string PortText => Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the program is called for those who have not installed it.</summary>
    protected abstract string Name { get; }

    /// <summary>The path of the program; null if it is not here.</summary>
    protected abstract string? Program { get; }

    /// <summary>How the program is started.</summary>
    protected abstract string[] Command { get; }

    /// <summary>What the server says when it listens.</summary>
    protected abstract string Ready { get; }

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
            return;
        Write(AddressFile, Address(Uri.EscapeDataString(Secret)));
        MakeCertificate();
        await MakeAsync();
        await StartAsync();
        await FillAsync();
    }

    /// <summary>Skips a test where the program is not installed.</summary>
    public void Require() => Assert.SkipWhen(Program is null, $"{Name} is not installed.");

    /// <summary>The address with this password, which is escaped, or without.</summary>
    public abstract string Address(string? password);

    /// <summary>The address at which it is reached with TLS.</summary>
    /// <param name="host">The host in it.</param>
    /// <param name="authorities">A file, or null for those that this machine trusts.</param>
    public abstract string SecureAddress(string host, string? authorities);

    /// <summary>The store at an address that is in a file.</summary>
    public ClusterStore StoreAt(string address)
    {
        string file = Path.Combine(Folder, Guid.NewGuid().ToString("N"));
        Write(file, address);
        return ClusterStores.Parse($"@{file}");
    }

    /// <summary>Starts the server, and returns when it listens.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(Quiet("sh", ["-c", Guard, "sh", .. Command]))!;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        _ = ReadAsync(_process.StandardOutput);
        _ = ReadAsync(_process.StandardError);
        Task first = await Task.WhenAny(ready.Task, Task.Delay(Waiting.ForStart));
        lock (said)
            Assert.True(first == ready.Task, $"{Name} does not listen: {string.Join('\n', said)}");

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
        _process.StandardInput.Close();
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
    protected abstract Task MakeAsync();

    /// <summary>Makes what a new server needs once it listens.</summary>
    protected virtual Task FillAsync() => Task.CompletedTask;

    /// <summary>Writes a file that its owner alone may read.</summary>
    protected static void Write(string path, string content)
    {
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    protected static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    protected static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(Quiet(program, arguments))!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} has failed: {await output}{errors}");
    }

    private void MakeCertificate()
    {
        using var certificates = new TestCertificates();
        X509Certificate2 own = certificates.Issue("server", DateTimeOffset.UtcNow.AddDays(10));
        using ECDsa key = own.GetECDsaPrivateKey()!;
        Write(AuthorityFile, certificates.Authorities.ExportCertificatePems());
        Write(CertificateFile, own.ExportCertificatePem());
        Write(PrivateKeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private static ProcessStartInfo Quiet(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
