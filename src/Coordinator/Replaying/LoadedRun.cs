using System.Reflection;
using System.Text;
using System.Text.Json;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Recording;

namespace Offloop.Coordinator.Replaying;

/// <summary>A recorded run whose method was found in the application's files, and whose initializers have run. It finds and calls methods
/// as a worker does.</summary>
internal sealed class LoadedRun
{
    private readonly FailureRecord _record;
    private readonly TaskLoadContext _context;
    private readonly PayloadFormat _format;
    private readonly RemoteMethod _method;

    private LoadedRun(FailureRecord record, TaskLoadContext context, PayloadFormat format, RemoteMethod method) =>
        (_record, _context, _format, _method) = (record, context, format, method);

    /// <summary>Loads the application beside this program. Throws whatever its own methods throw.</summary>
    public static LoadedRun Load(FailureRecord record, string assembly)
    {
        var context = new TaskLoadContext(new TaskAssembly(assembly));
        Assembly application = context.LoadTask();
        Assembly.SetEntryAssembly(application); // libraries look up settings and secrets by its name
        AppContext.SetData("APP_CONTEXT_BASE_DIRECTORY", Path.GetDirectoryName(assembly) + Path.DirectorySeparatorChar);
        using (context.EnterContextualReflection()) // names of types and assemblies are looked up among the application's
        {
            PayloadFormat format = record.JsonOptions is { } options
                ? MethodResolver.ResolveFormat(IdentityOf(options))
                : PayloadFormat.Default;
            Initialize(record.Initializer, format);
            Initialize(record.ThreadInitializer, format);
            return new LoadedRun(record, context, format, MethodResolver.Resolve(IdentityOf(record.Method)));
        }
    }

    /// <summary>Runs the task on the calling thread, and throws what it throws.</summary>
    /// <param name="context">The context of the run that this one is part of.</param>
    /// <param name="send">Takes the result, or each item, as JSON.</param>
    public void Run(TaskContext context, Action<string> send)
    {
        bool streams = _record.Method.Kind.HasFlag(CallKind.Stream);
        var own = new TaskContext(_record.Task.Id, _record.Task.Attempt, context.Logger)
        {
            Items = streams ? new LineSink(_format, send) : null,
        };
        using CancellationTokenRegistration cancelled = context.CancellationToken.Register(own.Cancel);
        Cultures.Enter(_record.Culture, _record.UiCulture);
        using (_context.EnterContextualReflection())
        {
            RemoteCall call = _method.Prepare(PayloadOf(_record.Argument), _format);
            call.Invoke(own);
            if (call.WriteResult() is { Kind: not PayloadKind.None } result)
                send(TextOf(result));
        }
    }

    private static void Initialize(RecordedCall? initializer, PayloadFormat format)
    {
        if (initializer is null)
            return;
        var context = new TaskContext(0, 1, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        MethodResolver.Resolve(IdentityOf(initializer.Method)).Prepare(PayloadOf(initializer.Argument), format).Invoke(context);
    }

    private static MethodIdentity IdentityOf(RecordedMethod method) =>
        method.In(Assembly.Load(new AssemblyName(method.Assembly))) ?? throw new InvalidOperationException(
            $"This build of {new AssemblyName(method.Assembly).Name} has no method {method.DisplayName} as the recorded run had it: "
            + $"{method.Signature} of {method.Type}.");

    private static Payload PayloadOf(RecordedArgument argument) => argument switch
    {
        { Value: null } => default,
        { Form: "base64", Value: { } text } => new Payload(PayloadKind.Raw, JsonSerializer.Deserialize<byte[]>(text.Utf8.Span)),
        { Value: { } json } => new Payload(PayloadKind.Json, json.Utf8),
    };

    private static string TextOf(Payload payload) => payload.Kind == PayloadKind.Raw
        ? JsonSerializer.Serialize(payload.Bytes)
        : Encoding.UTF8.GetString(payload.Bytes.Span);

    /// <summary>Sends each item as JSON.</summary>
    private sealed class LineSink(PayloadFormat format, Action<string> send) : ItemSink(int.MaxValue)
    {
        protected override void Write<T>(T item) => send(TextOf(format.Write(item, "item")));
    }
}
