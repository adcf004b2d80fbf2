using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Offloop.Workers;

/// <summary>How a worker host is started so that it has the application's own dependency closure: <c>dotnet exec</c> with the
/// application's deps.json and a runtimeconfig.json made from the application's.</summary>
internal sealed class HostCommand
{
    private readonly string _muxer;
    private readonly string[] _arguments;

    private HostCommand(string muxer, string[] arguments) => (_muxer, _arguments) = (muxer, arguments);

    /// <summary>Throws <see cref="InvalidOperationException"/> that names what is missing.</summary>
    public static HostCommand Create(PrivateDirectory directory, long? heapLimit)
    {
        string muxer = FindMuxer();
        string deps = FindDeps();
        string config = deps[..^".deps.json".Length] + ".runtimeconfig.json";
        Require(config, "the application's runtimeconfig.json (is it built as an executable?)");
        string host = Path.Combine(Path.GetDirectoryName(typeof(HostCommand).Assembly.Location)!, "WorkerHost.dll");
        Require(host, "WorkerHost.dll beside Offloop.Executors.dll (reference the Offloop.Executors package, or the WorkerHost project)");

        string workerConfig = directory.File("worker.runtimeconfig.json");
        File.WriteAllBytes(workerConfig, WorkerConfig(File.ReadAllBytes(config), config, heapLimit));
        return new HostCommand(muxer, ["exec", "--runtimeconfig", workerConfig, "--depsfile", deps, host]);
    }

    public ProcessStartInfo ToStartInfo(ProcessPoolOptions options)
    {
        var start = new ProcessStartInfo(_muxer, _arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        // An environment variable would win over the runtimeconfig.
        start.Environment.Remove("DOTNET_gcServer");
        start.Environment.Remove("DOTNET_GCHeapCount");
        foreach ((string name, string? value) in options.Environment)
            start.Environment[name] = value;
        // The runtime takes this variable for a format of printf and crashes at its start (dotnet/runtime issue 122882), unless its diagnostics are off.
        if (!OperatingSystem.IsWindows() && start.Environment.TryGetValue("TMPDIR", out string? temporary) && temporary?.Contains('%') == true)
            start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
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
                throw Missing("a shared .NET runtime, because the application is published self-contained; publish it framework-dependent (--self-contained false)");
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
        Require(muxer, "the 'dotnet' command of a shared .NET runtime (a self-contained or single-file application has none; publish it framework-dependent)");
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
