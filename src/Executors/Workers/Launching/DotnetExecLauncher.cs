using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Offloop.Workers;

/// <summary>Starts a worker host so that it has the application's own dependency closure: <c>dotnet exec</c> with the
/// application's deps.json and a runtimeconfig.json made from the application's.</summary>
internal sealed class DotnetExecLauncher : WorkerLauncher
{
    private const string ConfigName = "worker.runtimeconfig.json";

    private readonly PrivateDirectory _directory;
    private readonly string _muxer;
    private readonly string _deps;
    private readonly string _host;

    private DotnetExecLauncher(PrivateDirectory directory, string muxer, string deps, string host) =>
        (_directory, _muxer, _deps, _host) = (directory, muxer, deps, host);

    /// <summary>Throws <see cref="InvalidOperationException"/>, which names what is missing.</summary>
    public static DotnetExecLauncher Create(PrivateDirectory directory, long? heapLimit)
    {
        string muxer = FindMuxer();
        string deps = FindDeps();
        string config = deps[..^".deps.json".Length] + ".runtimeconfig.json";
        Require(config, "the application's runtimeconfig.json (is it built as an executable?)");
        string host = Path.Combine(Path.GetDirectoryName(typeof(DotnetExecLauncher).Assembly.Location)!, "WorkerHost.dll");
        Require(host, "WorkerHost.dll beside Offloop.Executors.dll (reference the Offloop.Executors package, or the WorkerHost project)");

        directory.Keep(ConfigName, WorkerConfig(File.ReadAllBytes(config), config, heapLimit));
        return new DotnetExecLauncher(directory, muxer, deps, host);
    }

    public override bool RunsDotnetMethods => true;

    protected override (string FileName, IEnumerable<string> Arguments) Command =>
        (_muxer, ["exec", "--runtimeconfig", _directory.File(ConfigName), "--depsfile", _deps, _host]);

    /// <summary>An environment variable would win over the runtimeconfig.</summary>
    protected override void RemoveFromEnvironment(IDictionary<string, string?> environment)
    {
        environment.Remove("DOTNET_gcServer");
        environment.Remove("DOTNET_GCHeapCount");
    }

    /// <summary>The runtime takes TMPDIR for a format of printf and crashes at its start (dotnet/runtime issue 122882), unless its
    /// diagnostics are off.</summary>
    protected override void AddToEnvironment(IDictionary<string, string?> environment)
    {
        if (!OperatingSystem.IsWindows() && environment.TryGetValue("TMPDIR", out string? temporary) && temporary?.Contains('%') == true)
            environment["DOTNET_EnableDiagnostics"] = "0";
    }

    /// <summary>The application's frameworks and switches with the knobs of a small process that is started often.</summary>
    internal static byte[] WorkerConfig(ReadOnlySpan<byte> applicationConfig, string path, long? heapLimit)
    {
        try
        {
            var documentOptions = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            JsonNode root = JsonNode.Parse(applicationConfig, documentOptions: documentOptions)!;
            JsonObject options = root["runtimeOptions"]!.AsObject();
            if (options.ContainsKey("includedFrameworks"))
                throw Missing("a shared .NET runtime, because the application is published self-contained; publish it "
                    + "framework-dependent (--self-contained false)");
            JsonObject properties = options["configProperties"] as JsonObject ?? [];
            options["configProperties"] = properties;
            properties["System.GC.Server"] = false;
            properties["System.GC.Concurrent"] = false;
            properties["System.GC.RetainVM"] = false;
            properties["System.Runtime.TieredPGO"] = false;
            if (heapLimit is { } limit)
                properties["System.GC.HeapHardLimit"] = limit;
            return Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        catch (Exception error) when (error is JsonException or NullReferenceException)
        {
            throw Missing($"a readable '{path}'");
        }
    }

    private static string FindMuxer()
    {
        // .../shared/Microsoft.NETCore.App/10.0.0/ belongs to the installation whose root holds the muxer.
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string muxer = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        Require(muxer, "the 'dotnet' command of a shared .NET runtime (a self-contained or single-file application has none; publish "
            + "it framework-dependent)");
        return muxer;
    }

    private static string FindDeps()
    {
        string list = AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "";
        string first = list.Split(';', 2)[0];
        if (!first.EndsWith(".deps.json", StringComparison.Ordinal) || !File.Exists(first))
            throw Missing("the application's deps.json (a single-file application has none)");
        return first;
    }

    private static void Require(string path, string what)
    {
        if (!File.Exists(path))
            throw Missing($"{what}: '{path}' does not exist");
    }

    private static InvalidOperationException Missing(string what) => new($"A process pool cannot be started here: it needs {what}.");
}
