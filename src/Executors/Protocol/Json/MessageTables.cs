using Microsoft.Extensions.Logging;
using Offloop.Invocation;
using Offloop.Payloads;

namespace Offloop.Protocol;

/// <summary>The fields of every message, each named once. A new field is a property of the message, a line here, and a row in
/// <c>docs/protocol.md</c>, which a test compares with these tables. A new field is optional; if it cannot be, raise
/// <see cref="LaunchMessage.CurrentVersion"/>.</summary>
internal static class MessageTables
{
    public static readonly MessageShape<LaunchMessage> Launch = new("LaunchMessage", static (message, ref wire) =>
    {
        message.Version = wire.Int32("version"u8, message.Version, Need.Required);
        message.WorkerId = wire.Int32("workerId"u8, message.WorkerId, Need.Required);
        message.CoordinatorProcessId = wire.Int32("coordinatorProcessId"u8, message.CoordinatorProcessId, Need.Required);
        message.ControlPipe = wire.Text("controlPipe"u8, message.ControlPipe, Need.Required);
        message.ReportPipe = wire.Text("reportPipe"u8, message.ReportPipe, Need.Required);
        message.DataPipe = wire.Text("dataPipe"u8, message.DataPipe, Need.Required);
        message.StartMarkFile = wire.Text("startMarkFile"u8, message.StartMarkFile, Need.Required);
        message.ServerSecret = wire.Bytes("serverSecret"u8, message.ServerSecret);
        message.WorkerSecret = wire.Bytes("workerSecret"u8, message.WorkerSecret);
        message.MaxMessageBytes = wire.Int64("maxMessageBytes"u8, message.MaxMessageBytes, Need.Required);
        message.Threads = wire.Int32("threads"u8, message.Threads, Need.Optional);
        message.IsInspected = wire.Boolean("isInspected"u8, message.IsInspected);
        message.SilenceLimit = wire.Int32("silenceLimit"u8, message.SilenceLimit, Need.Optional);
        message.TaskAssemblies = wire.Texts("taskAssemblies"u8, message.TaskAssemblies);
        message.Library = wire.TextOrNull("library"u8, message.Library);
        message.Application = wire.TextOrNull("application"u8, message.Application);
    });

    public static readonly MessageShape<LaunchVersion> LaunchVersion = new("LaunchVersion", static (message, ref wire) =>
    {
        message.Version = wire.Int32("version"u8, message.Version, Need.Required);
        message.Library = wire.TextOrNull("library"u8, message.Library);
    });

    public static readonly MessageShape<ReadyMessage> Ready = new("ReadyMessage", static (message, ref wire) =>
    {
        message.ProtocolVersion = wire.Int32("protocolVersion"u8, message.ProtocolVersion, Need.Required);
        message.ProcessId = wire.Int32("processId"u8, message.ProcessId, Need.Required);
        message.Library = wire.TextOrNull("library"u8, message.Library);
        message.Culture = wire.TextOrNull("culture"u8, message.Culture);
        message.UICulture = wire.TextOrNull("uiCulture"u8, message.UICulture);
        message.Threads = wire.Int32("threads"u8, message.Threads, Need.Optional);
    });

    public static readonly MessageShape<DotnetMethod> DotnetMethod = new("DotnetMethod", static (method, ref wire) =>
    {
        method.Assembly = wire.Text("assembly"u8, method.Assembly, Need.Required);
        method.ModuleVersion = wire.Guid("moduleVersion"u8, method.ModuleVersion);
        method.Token = wire.Int32("token"u8, method.Token, Need.Required);
        method.ClosedDeclaringType = wire.TextOrNull("closedDeclaringType"u8, method.ClosedDeclaringType);
        method.GenericArguments = wire.Texts("genericArguments"u8, method.GenericArguments);
        method.ArgumentType = wire.Text("argumentType"u8, method.ArgumentType, Need.Required);
        method.ResultType = wire.Text("resultType"u8, method.ResultType, Need.Required);
    });

    public static readonly MessageShape<MethodIdentity> Method = new("MethodIdentity", static (method, ref wire) =>
    {
        method.DisplayName = wire.Text("displayName"u8, method.DisplayName, Need.Required);
        method.Kind = (CallKind)checked((byte)wire.Code("kind"u8, (byte)method.Kind, typeof(CallKind), Need.Required));
        method.EntryPoint = wire.TextOrNull("entryPoint"u8, method.EntryPoint);
        method.Method = wire.Message("method"u8, method.Method, DotnetMethod!);
    });

    public static readonly MessageShape<RunRequest> RunRequest = new("RunRequest", static (request, ref wire) =>
    {
        // First the fields that every task has: once they are read, no name is left to be compared with the others.
        request.Sequence = wire.Int32("sequence"u8, request.Sequence, Need.Required);
        request.Method = wire.Int32("method"u8, request.Method, Need.Required);
        request.TaskId = wire.Int64("taskId"u8, request.TaskId, Need.Required);
        request.Attempt = wire.Int32("attempt"u8, request.Attempt, Need.Required);
        request.Argument = wire.Payload("argument"u8, request.Argument, Need.Required);
        request.Definition = wire.Message("definition"u8, request.Definition, Method!);
        request.ReportStart = wire.Boolean("reportStart"u8, request.ReportStart);
        request.ProgressType = wire.TextOrNull("progressType"u8, request.ProgressType);
        request.Credit = wire.Int32OrNull("credit"u8, request.Credit);
        request.Culture = wire.TextOrNull("culture"u8, request.Culture);
        request.UICulture = wire.TextOrNull("uiCulture"u8, request.UICulture);
        request.TraceParent = wire.TextOrNull("traceParent"u8, request.TraceParent);
        request.TraceState = wire.TextOrNull("traceState"u8, request.TraceState);
        request.Baggage = wire.Texts("baggage"u8, request.Baggage);
        request.More = wire.Values("more"u8, request.More);
    });

    public static readonly MessageShape<RunBatch> RunBatch = new("RunBatch", static (batch, ref wire) =>
        batch.Items = wire.Messages("items"u8, batch.Items, RunRequest!, Need.Required));

    public static readonly MessageShape<ExceptionEnvelope> Failure = new("ExceptionEnvelope", static (failure, ref wire) =>
    {
        failure.Type = wire.Text("type"u8, failure.Type, Need.Required);
        failure.Message = wire.Text("message"u8, failure.Message, Need.Required);
        failure.StackTrace = wire.Text("stackTrace"u8, failure.StackTrace, Need.Optional);
        failure.BaseTypes = wire.Texts("baseTypes"u8, failure.BaseTypes);
        failure.HResult = wire.Int32("hResult"u8, failure.HResult, Need.Optional);
        failure.Properties = wire.TextOrNull("properties"u8, failure.Properties);
        failure.LostProperties = wire.Texts("lostProperties"u8, failure.LostProperties);
        failure.Data = wire.TextOrNull("data"u8, failure.Data);
        failure.Inner = wire.Messages("inner"u8, failure.Inner, Failure!, Need.Optional, dropsNull: true);
    });

    public static readonly MessageShape<FinishedTask> FinishedTask = new("FinishedTask", static (task, ref wire) =>
    {
        task.Sequence = wire.Int32("sequence"u8, task.Sequence, Need.Required);
        task.Kind = (FinishKind)wire.Code("kind"u8, (int)task.Kind, typeof(FinishKind), Need.Required);
        task.Result = wire.Payload("result"u8, task.Result, Need.Optional);
        task.Microseconds = wire.Int64("microseconds"u8, task.Microseconds, Need.Optional);
        task.Error = wire.Message("error"u8, task.Error, Failure!);
    });

    public static readonly MessageShape<ReturnedTasks> Returned = new("ReturnedTasks", static (tasks, ref wire) =>
    {
        tasks.Sequence = wire.Int32("sequence"u8, tasks.Sequence, Need.Required);
        tasks.Microseconds = wire.Int32s("microseconds"u8, tasks.Microseconds, Need.Required);
        tasks.Results = wire.Values("results"u8, tasks.Results);
    });

    public static readonly MessageShape<WorkerReport> Report = new("WorkerReport", static (report, ref wire) =>
    {
        report.Finished = wire.Messages("finished"u8, report.Finished, FinishedTask!, Need.Optional);
        report.Returned = wire.Messages("returned"u8, report.Returned, Returned!, Need.Optional);
        report.GivenBack = wire.Int32s("givenBack"u8, report.GivenBack, Need.Optional);
        report.Started = wire.Int32("started"u8, report.Started, Need.Optional);
    });

    public static readonly MessageShape<ProgressMessage> Progress = new("ProgressMessage", static (message, ref wire) =>
    {
        message.Sequence = wire.Int32("sequence"u8, message.Sequence, Need.Required);
        message.Number = wire.Int32("number"u8, message.Number, Need.Required);
        message.Value = wire.Payload("value"u8, message.Value, Need.Required);
    });

    public static readonly MessageShape<ItemMessage> Item = new("ItemMessage", static (message, ref wire) =>
    {
        message.Sequence = wire.Int32("sequence"u8, message.Sequence, Need.Required);
        message.Number = wire.Int32("number"u8, message.Number, Need.Required);
        message.Value = wire.Payload("value"u8, message.Value, Need.Required);
    });

    public static readonly MessageShape<LogMessage> Log = new("LogMessage", static (message, ref wire) =>
    {
        message.Sequence = wire.Int32("sequence"u8, message.Sequence, Need.Required);
        message.Level = (LogLevel)wire.Code("level"u8, (int)message.Level, typeof(LogLevel), Need.Required);
        message.Text = wire.Text("text"u8, message.Text, Need.Required);
    });

    /// <summary>All tables. Those that every task uses come first.</summary>
    public static readonly MessageShape[] All =
    [
        RunBatch, Report, RunRequest, FinishedTask, Returned, Method, DotnetMethod, Failure, Progress, Item, Log, Ready, LaunchVersion,
        Launch,
    ];

    /// <summary>Returns the table of a type of message.</summary>
    public static MessageShape Of(Type type)
    {
        foreach (MessageShape shape in All)
        {
            if (shape.Type == type)
                return shape;
        }
        throw new NotSupportedException($"{type} is no message of this protocol.");
    }
}
