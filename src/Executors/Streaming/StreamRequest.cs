using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Tasks;

namespace Offloop.Streaming;

/// <summary>The checked call of a stream, which all enumerations share.</summary>
internal sealed record StreamRequest<TArg, TItem>(MethodEntry Method, StreamForm<TArg, TItem> Form, Delegate Work)
{
    /// <summary>Returns the whole stream as one call. Its items go to the sink of its context.</summary>
    public TaskRequest<TArg, Unit> ToCall() => new(Method, Call, Work);

    private Unit Call(Delegate work, TArg argument, TaskContext context)
    {
        StreamForms<TArg, TItem>.Run(Form, work, argument, context);
        return default;
    }
}
