using System.Reflection;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>A streaming method that a worker has found. Its items are sent while it runs.</summary>
internal sealed class RemoteStream<TArg, TItem> : RemoteMethod
{
    private StreamForm<TArg, TItem> _form = null!;
    private Delegate _work = null!;

    public override void Bind(MethodInfo method, CallKind kind)
    {
        (_form, Type delegateType) = StreamForms<TArg, TItem>.For(kind);
        _work = MethodResolver.CreateDelegate(method, delegateType);
    }

    public override RemoteCall Prepare(Payload argument, PayloadFormat format) =>
        new Call(this, format.Read<TArg>(argument, "argument"));

    public override void Rehearse(PayloadFormat format)
    {
        if (format.Blank<TArg>() is { } blank)
            _ = Prepare(blank, format);
        _ = format.Blank<TItem>();
    }

    private sealed class Call(RemoteStream<TArg, TItem> method, TArg argument) : RemoteCall
    {
        public override void Invoke(TaskContext context) => StreamForms<TArg, TItem>.Run(method._form, method._work, argument, context);

        public override Payload WriteResult() => default;
    }
}
