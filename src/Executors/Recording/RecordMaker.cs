using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Recording;

/// <summary>Makes the records of one pool.</summary>
internal sealed class RecordMaker(ProcessPoolOptions options, FailureRecording recording, PayloadFormat format)
{
    private readonly RecordedBuild _build = BuildOf(options);

    /// <param name="run">The run.</param>
    /// <param name="at">The time.</param>
    /// <param name="redactionFailed">Called with the name of a value for which the application's method threw.</param>
    /// <returns>The file, at most as long as a file may be.</returns>
    /// <exception cref="InvalidOperationException">Even without its argument it would be longer.</exception>
    public byte[] Make(TaskFailed run, DateTimeOffset at, Action<string> redactionFailed)
    {
        var item = (TaskItem)run.Item;
        var redaction = new Redaction(recording.Redact, item.Method.DisplayName, redactionFailed);
        FailureRecord record = Make(run, item, at, redaction);
        byte[] file = record.ToJson();
        if (file.Length <= recording.MaxFileBytes)
            return file;
        byte[] rest = (record with
        {
            Argument = record.Argument with { Value = null, Missing = TooLong(file.Length) },
        }).ToJson();
        return rest.Length <= recording.MaxFileBytes
            ? rest
            : throw new InvalidOperationException(
                $"The file would have {rest.Length} bytes, more than the MaxFileBytes of {recording.MaxFileBytes}.");
    }

    private string TooLong(int length) =>
        $"The file would have {length} bytes with the argument, more than the MaxFileBytes of {recording.MaxFileBytes}.";

    private FailureRecord Make(TaskFailed run, TaskItem item, DateTimeOffset at, Redaction redaction)
    {
        TimeSpan timeout = item.Options.Timeout ?? options.TaskTimeout;
        return new FailureRecord
        {
            Format = FailureRecord.CurrentFormat,
            RecordedAt = at,
            Task = new RecordedTask(options.ResolvedName, item.Id, NameOf(item, redaction), run.Task.Attempt, RunsAgain: run.Kind is null),
            Method = RecordedMethod.Of(item.Method.Method, item.Method.Identity),
            Argument = ArgumentOf(item.Keep(), "argument", redaction),
            JsonOptions = JsonOptionsOf(),
            Initializer = CallOf(options.Initializer, "initializer", redaction),
            ThreadInitializer = CallOf(options.ThreadInitializer, "threadInitializer", redaction),
            Culture = item.Surroundings.Culture?.Name,
            UiCulture = item.Surroundings.UICulture?.Name,
            Environment = EnvironmentOf(redaction),
            WorkingDirectory = Path.GetFullPath(options.WorkingDirectory ?? Environment.CurrentDirectory),
            Limits = new RecordedLimits
            {
                Timeout = timeout == Timeout.InfiniteTimeSpan ? null : timeout,
                CancellationGrace = options.CancellationGrace,
                MaxWorkerMemory = options.MaxWorkerMemory,
                WorkerHeapLimit = options.WorkerHeapLimit,
            },
            Build = _build,
            Failure = redaction.Json("failure", new RawJson(Encoding.UTF8.GetBytes(FailureJson.Write(FailedRuns.ExceptionOf(run)))))
                ?? RawJson.Of(null),
            Redacted = redaction.Changed, // after all that fills it
            LeftOut = redaction.LeftOut,
        };
    }

    /// <summary>The name of the task; that of its method in place of one that must not be written.</summary>
    private static string NameOf(TaskItem item, Redaction redaction) =>
        redaction.TryText("name", item.Name, out string? name) && name is not null ? name : item.Method.DisplayName;

    /// <summary>A variable that is left out is not there at all: null would have a replay remove it.</summary>
    private Dictionary<string, string?> EnvironmentOf(Redaction redaction)
    {
        var variables = new Dictionary<string, string?>();
        foreach ((string name, string? value) in options.Environment)
        {
            if (redaction.TryText($"environment:{name}", value, out string? written))
                variables.Add(name, written);
        }
        return variables;
    }

    private static RecordedArgument ArgumentOf(KeptArgument kept, string name, Redaction redaction)
    {
        if (kept.Missing is { } missing)
            return new RecordedArgument("none", Missing: missing);
        if (kept.Payload.Kind == PayloadKind.None)
            return new RecordedArgument("none");
        bool isRaw = kept.Payload.Kind == PayloadKind.Raw;
        RawJson value = new(isRaw ? JsonSerializer.SerializeToUtf8Bytes(kept.Payload.Bytes) : kept.Payload.Bytes);
        string form = isRaw ? "base64" : "json";
        return redaction.Json(name, value) is { } written
            ? new RecordedArgument(form, written)
            : new RecordedArgument(form, Missing: "The application's Redact method threw.");
    }

    private RecordedCall? CallOf(WorkerInitializer? initializer, string name, Redaction redaction)
    {
        if (initializer is null)
            return null;
        MethodEntry method = initializer.Require(format);
        var argument = KeptArgument.Of(() => initializer.WriteArgument(format), recording.MaxFileBytes);
        return new RecordedCall(RecordedMethod.Of(method.Method, method.Identity), ArgumentOf(argument, name, redaction));
    }

    /// <summary>A program of another language reads the JSON as it comes, so its pool's method need not be one that is found
    /// again.</summary>
    private RecordedMethod? JsonOptionsOf() => options is { JsonOptions: { Method: var method }, Command: null }
        ? RecordedMethod.Of(method, MethodIdentity.Of(method, CallKind.NoResult, typeof(JsonSerializerOptions), typeof(Unit)))
        : null;

    private static RecordedBuild BuildOf(ProcessPoolOptions options)
    {
        Assembly? application = Assembly.GetEntryAssembly();
        return new RecordedBuild
        {
            Application = application?.FullName,
            Path = application?.Location is { Length: > 0 } path ? path : null,
            ModuleVersion = application?.ManifestModule.ModuleVersionId,
            Library = typeof(RecordMaker).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            Runtime = RuntimeInformation.FrameworkDescription,
            Platform = RuntimeInformation.RuntimeIdentifier,
            Program = options.Command?.FileName,
        };
    }
}
