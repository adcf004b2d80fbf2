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
    private const string HostName = "Offloop.WorkerHost.dll";
    private const string DepsEnding = ".deps.json";

    private static readonly JsonDocumentOptions s_lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly PrivateDirectory _directory;
    private readonly string _muxer;
    private readonly string _deps;
    private readonly string _host;

    private DotnetExecLauncher(PrivateDirectory directory, string muxer, string deps, string host) =>
        (_directory, _muxer, _deps, _host) = (directory, muxer, deps, host);

    public override bool RunsDotnetMethods => true;

    private static string Muxer
    {
        get
        {
            // .../shared/Microsoft.NETCore.App/10.0.0/ belongs to the installation whose root holds the muxer.
            string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
            return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        }
    }

    private static string Deps => (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "").Split(';', 2)[0];

    private static string Config => Deps[..^DepsEnding.Length] + ".runtimeconfig.json";

#pragma warning disable IL3000 // a bundle, where it is empty, has been recognised before
    private static string Host => Path.Combine(Path.GetDirectoryName(typeof(DotnetExecLauncher).Assembly.Location) ?? "", HostName);
#pragma warning restore IL3000

    /// <summary>What this application lacks for it, as the object of "it needs"; null if nothing.</summary>
    public static string? Lacks()
    {
        if (!Deps.EndsWith(DepsEnding, StringComparison.Ordinal) || !File.Exists(Deps))
            return "the application's deps.json";
        if (!File.Exists(Muxer))
            return "the 'dotnet' command of a shared .NET runtime";
        if (!File.Exists(Config))
            return $"the application's runtimeconfig.json (is it built as an executable?): '{Config}' does not exist";
        if (JsonNode.Parse(File.ReadAllBytes(Config), documentOptions: s_lenient)?["runtimeOptions"]?["includedFrameworks"] is not null)
            return "a shared .NET runtime";
        if (!File.Exists(Host))
            return $"{HostName} beside Offloop.Executors.dll (reference the Offloop.Executors package, or the WorkerHost project)";
        return null;
    }

    /// <summary>Makes one for an application that lacks nothing. Throws <see cref="InvalidOperationException"/> if its runtimeconfig.json
    /// cannot be read.</summary>
    public static DotnetExecLauncher Create(PrivateDirectory directory, long? heapLimit, bool withCultures = false)
    {
        directory.Keep(ConfigName, WorkerConfig(File.ReadAllBytes(Config), Config, heapLimit, withCultures));
        return new DotnetExecLauncher(directory, Muxer, Deps, Host);
    }

    protected override (string FileName, IEnumerable<string> Arguments) Command =>
        (_muxer, ["exec", "--runtimeconfig", _directory.File(ConfigName), "--depsfile", _deps, _host]);

    /// <summary>A variable would win over the runtimeconfig.</summary>
    protected override IEnumerable<(string Name, string? Value)> Settings =>
        [("DOTNET_gcServer", null), ("DOTNET_GCHeapCount", null)];

    /// <summary>The application's frameworks and switches with the knobs of a small process that is started often.</summary>
    internal static byte[] WorkerConfig(
        ReadOnlySpan<byte> applicationConfig, string path, long? heapLimit, bool withCultures = false)
    {
        try
        {
            JsonNode root = JsonNode.Parse(applicationConfig, documentOptions: s_lenient)!;
            JsonObject options = root["runtimeOptions"]!.AsObject();
            JsonObject properties = options["configProperties"] as JsonObject ?? [];
            options["configProperties"] = properties;
            properties["System.GC.Server"] = false;
            properties["System.GC.Concurrent"] = false;
            properties["System.GC.RetainVM"] = false;
            properties["System.Runtime.TieredPGO"] = false;
            if (heapLimit is { } limit)
                properties["System.GC.HeapHardLimit"] = limit;
            if (withCultures)
                properties["System.Globalization.Invariant"] = false;
            return Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        catch (Exception error) when (error is JsonException or NullReferenceException)
        {
            throw new InvalidOperationException($"A process pool cannot be started here: it needs a readable '{path}'.", error);
        }
    }
}
