using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Offloop.Dashboard.Recording;
using Offloop.Telemetry;

namespace Offloop.Dashboard.Serving;

/// <summary>What the readers of the page may do. A request has to show that a page of this process has made it: it has the page's token in
/// a header, which no form and no page of another site can send.</summary>
internal sealed class ActionEndpoints
{
    /// <summary>The header with the page's token.</summary>
    public const string TokenHeader = "X-Offloop-Token";

    private const int LongestBody = 1024;

    private readonly ExecutorRecords _records;
    private readonly bool _isDevelopment;
    private readonly ILogger _logger;

    /// <param name="records">What is kept of the executors.</param>
    /// <param name="allowed">What is allowed.</param>
    /// <param name="isDevelopment">Whether the application runs on its developer's computer, where an action needs no policy.</param>
    /// <param name="logger">Hears of each action.</param>
    public ActionEndpoints(ExecutorRecords records, DashboardActions allowed, bool isDevelopment, ILogger logger)
    {
        (_records, _isDevelopment, _logger) = (records, isDevelopment, logger);
        All =
        [
            .. Of(DashboardActions.Recycle, "recycle", Recycle),
            .. Of(DashboardActions.EndTask, "end-task", EndTask),
            .. Of(DashboardActions.Drain, "drain", Drain),
        ];

        IEnumerable<(string, Func<HttpContext, Task>)> Of(DashboardActions action, string path, Act act) =>
            allowed.HasFlag(action) ? [(path, context => HandleAsync(context, path, act))] : [];
    }

    private delegate Answer Act(IExecutorControl executor, ActionRequest request);

    /// <summary>What is allowed: the paths of the actions, and what they do.</summary>
    public IReadOnlyList<(string Path, Func<HttpContext, Task> Act)> All { get; }

    /// <summary>What a page of this process sends with each action.</summary>
    public string Token { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    private async Task HandleAsync(HttpContext context, string path, Act act)
    {
        Answer answer = await AnswerAsync(context, path, act);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.BodyWriter.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(answer, ActionJson.Default.Answer), context.RequestAborted);
    }

    private async Task<Answer> AnswerAsync(HttpContext context, string path, Act act)
    {
        // A proxy that gives no sign of itself must not lend its callers more than a look.
        if (!Guard.HasPolicy(context) && !_isDevelopment)
        {
            return new Answer(
                StatusCodes.Status403Forbidden,
                "Without an authorization policy there are actions in the environment Development alone. Give the dashboard one: "
                    + "app.MapOffloopDashboard().RequireAuthorization(\"policy\").");
        }
        if (!HasToken(context.Request))
        {
            return new Answer(
                StatusCodes.Status403Forbidden,
                $"The request has not the token of this process in its header {TokenHeader}; reload the page.");
        }
        if (await ReadAsync(context) is not { } request)
        {
            return new Answer(
                StatusCodes.Status400BadRequest,
                """The request cannot be read; expected JSON such as {"executor": 1, "worker": 2, "task": 3}.""");
        }
        if (_records.Find(request.Executor)?.Control is not { } executor)
            return new Answer(StatusCodes.Status404NotFound, $"There is no executor {request.Executor}; it was closed, or never was.");
        Answer answer;
        try
        {
            answer = act(executor, request);
        }
        // What an executor refuses, in its own words: it is closed or broken, or has no such worker.
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or ExecutorException)
        {
            answer = new Answer(StatusCodes.Status409Conflict, error.Message);
        }
        _logger.ActedOn(
            path, request.Executor, request.Worker, request.Task, WhoIs(context), answer.Status, answer.Message);
        return answer;
    }

    private Answer Recycle(IExecutorControl executor, ActionRequest request)
    {
        if (request.Worker is not { } worker)
            return new Answer(StatusCodes.Status400BadRequest, """The worker is missing; expected its number, such as "worker": 2.""");
        Watch("recycle", request, executor.RecycleAsync(worker));
        return new Answer(
            StatusCodes.Status202Accepted,
            $"Worker {worker} ends when another one is ready in its place and the tasks that it has are done.");
    }

    private static Answer EndTask(IExecutorControl executor, ActionRequest request)
    {
        if (request.Task is not { } task)
            return new Answer(StatusCodes.Status400BadRequest, """The task is missing; expected its number, such as "task": 3.""");
        return executor.TryEndTask(task)
            ? new Answer(StatusCodes.Status202Accepted, $"Task {task} was asked to end, and is ended by force after the grace.")
            : new Answer(StatusCodes.Status409Conflict, $"No worker has a task {task}; it has ended, or waits still.");
    }

    private Answer Drain(IExecutorControl executor, ActionRequest request)
    {
        Watch("drain", request, executor.DrainAsync());
        return new Answer(
            StatusCodes.Status202Accepted, "The executor accepts no more tasks, and is closed when those that it has have ended.");
    }

    /// <summary>The action goes on when its request is answered; if it fails, the log says so.</summary>
    private void Watch(string path, ActionRequest request, Task action)
    {
        if (action.IsFaulted)
            action.GetAwaiter().GetResult();
        _ = action.ContinueWith(
            failed => _logger.ActionFailed(path, request.Executor, failed.Exception!.GetBaseException().Message),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private bool HasToken(HttpRequest request) => request.Headers[TokenHeader] is [{ } token]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Token));

    /// <summary>Null if the body is not what was expected.</summary>
    private static async Task<ActionRequest?> ReadAsync(HttpContext context)
    {
        byte[] body = new byte[LongestBody + 1];
        int length = await context.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > LongestBody)
            return null;
        try
        {
            return JsonSerializer.Deserialize(body.AsSpan(0, length), ActionJson.Default.ActionRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string WhoIs(HttpContext context)
    {
        string? user = context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : null;
        IPAddress? address = context.Connection.RemoteIpAddress;
        return user is null ? $"{address}" : $"{user} ({address})";
    }
}

/// <summary>What an action is about.</summary>
internal sealed record ActionRequest
{
    /// <summary>The number of the executor on the dashboard.</summary>
    public required int Executor { get; init; }

    public int? Worker { get; init; }

    public long? Task { get; init; }
}

/// <summary>What became of an action, in one sentence.</summary>
internal sealed record Answer([property: JsonIgnore] int Status, string Message);

/// <summary>How actions are read and answered.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class ActionJson : JsonSerializerContext;
