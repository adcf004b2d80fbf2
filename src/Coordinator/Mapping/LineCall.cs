using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Coordinator.Mapping;

/// <summary>A task that can be called with a line.</summary>
internal abstract class LineCall
{
    /// <summary>Reads the line, calls the task and waits for it, and writes its result.</summary>
    /// <param name="line">The line.</param>
    /// <param name="context">The context of the run.</param>
    /// <param name="phase">How far it has got, also if it throws.</param>
    public abstract JsonElement Invoke(string line, TaskContext context, ref TaskPhase phase);

    public static LineCall Of(MethodInfo method, bool isJson)
    {
        Type argument = method.GetParameters()[0].ParameterType;
        Type returned = method.ReturnType;
        Type result = returned == typeof(void) || returned == typeof(Task) || returned == typeof(ValueTask) ? typeof(object)
            : IsAwaitable(returned) ? returned.GetGenericArguments()[0]
            : returned;
        return (LineCall)Activator.CreateInstance(typeof(LineCall<,>).MakeGenericType(argument, result), method, isJson)!;
    }

    private static bool IsAwaitable(Type type) => type.IsGenericType
        && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>));
}

/// <inheritdoc/>
internal sealed class LineCall<TArg, TResult> : LineCall
{
    /// <summary>Lenient where people write JSON by hand (case, names of enum members), strict where a mistake would pass unseen: a
    /// constructor's parameter that is missing, a null that may not be, a name that comes twice.</summary>
    private static readonly JsonSerializerOptions s_options = new()
    {
        IncludeFields = true,
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly Func<TArg, TaskContext, TResult> _call;
    private readonly bool _isJson;

    public LineCall(MethodInfo method, bool isJson) => (_call, _isJson) = (Bind(method), isJson);

    public override JsonElement Invoke(string line, TaskContext context, ref TaskPhase phase)
    {
        TArg argument = _isJson ? Read(line) : (TArg)(object)line;
        phase = TaskPhase.Running;
        TResult result = _call(argument, context);
        phase = TaskPhase.ResultLost;
        return JsonSerializer.SerializeToElement(result, s_options);
    }

    private static TArg Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TArg>(line, s_options)!;
        }
        catch (JsonException error)
        {
            throw new JsonException($"The line is not JSON of the argument's type, {typeof(TArg)}: {error.Message}", error);
        }
    }

    private static Func<TArg, TaskContext, TResult> Bind(MethodInfo method)
    {
        Type returned = method.ReturnType;
        if (returned == typeof(void))
        {
            Action<TArg, TaskContext> call = BindAction(method);
            return (argument, context) => Nothing(() => call(argument, context));
        }
        if (returned == typeof(Task))
        {
            Func<TArg, TaskContext, Task> call = BindFunction<Task>(method);
            return (argument, context) => Nothing(() => call(argument, context).GetAwaiter().GetResult());
        }
        if (returned == typeof(ValueTask))
        {
            Func<TArg, TaskContext, ValueTask> call = BindFunction<ValueTask>(method);
            return (argument, context) => Nothing(() => call(argument, context).AsTask().GetAwaiter().GetResult());
        }
        if (returned == typeof(Task<TResult>))
        {
            Func<TArg, TaskContext, Task<TResult>> call = BindFunction<Task<TResult>>(method);
            return (argument, context) => call(argument, context).GetAwaiter().GetResult();
        }
        if (returned == typeof(ValueTask<TResult>))
        {
            Func<TArg, TaskContext, ValueTask<TResult>> call = BindFunction<ValueTask<TResult>>(method);
            return (argument, context) => call(argument, context).AsTask().GetAwaiter().GetResult();
        }
        return BindFunction<TResult>(method);
    }

    private static Func<TArg, TaskContext, TReturned> BindFunction<TReturned>(MethodInfo method)
    {
        if (SecondOf(method) is not { } second)
        {
            var plain = method.CreateDelegate<Func<TArg, TReturned>>();
            return (argument, _) => plain(argument);
        }
        if (second == typeof(TaskContext))
            return method.CreateDelegate<Func<TArg, TaskContext, TReturned>>();
        var cancellable = method.CreateDelegate<Func<TArg, CancellationToken, TReturned>>();
        return (argument, context) => cancellable(argument, context.CancellationToken);
    }

    private static Action<TArg, TaskContext> BindAction(MethodInfo method)
    {
        if (SecondOf(method) is not { } second)
        {
            var plain = method.CreateDelegate<Action<TArg>>();
            return (argument, _) => plain(argument);
        }
        if (second == typeof(TaskContext))
            return method.CreateDelegate<Action<TArg, TaskContext>>();
        var cancellable = method.CreateDelegate<Action<TArg, CancellationToken>>();
        return (argument, context) => cancellable(argument, context.CancellationToken);
    }

    private static Type? SecondOf(MethodInfo method) => method.GetParameters() is [_, var second] ? second.ParameterType : null;

    private static TResult Nothing(Action call)
    {
        call();
        return default!; // null: only a method without a result comes here
    }
}
