using System.Reflection;
using Offloop.Payloads;

namespace Offloop.Invocation;

/// <summary>A method that a worker has found and can call with a payload.</summary>
internal abstract class RemoteMethod
{
    public abstract void Bind(MethodInfo method, CallKind kind);

    /// <summary>Reads the argument. Throws <see cref="PayloadException"/> if it cannot be read.</summary>
    public abstract RemoteCall Prepare(Payload argument, PayloadFormat format);

    /// <summary>Compiles what the first call would have to wait for. The method is not called, and no other code of the user but what
    /// makes JSON contracts: constructors of converters, resolvers. Throws whatever that throws.</summary>
    public abstract void Rehearse(PayloadFormat format);
}

/// <summary>One call whose argument has been read. Reading, running and writing are separate steps, so that
/// their failures are told apart.</summary>
internal abstract class RemoteCall
{
    /// <summary>Runs the user's code on the calling thread, and throws what it throws.</summary>
    public abstract void Invoke(TaskContext context);

    /// <summary>Writes the result. Throws <see cref="PayloadException"/> if it cannot be written.</summary>
    public abstract Payload WriteResult();
}

/// <inheritdoc/>
internal sealed class RemoteMethod<TArg, TResult> : RemoteMethod
{
    private CallForm<TArg, TResult> _form = null!;
    private Delegate _work = null!;

    public override void Bind(MethodInfo method, CallKind kind)
    {
        (_form, Type delegateType) = CallForms<TArg, TResult>.For(kind);
        _work = MethodResolver.CreateDelegate(method, delegateType);
    }

    public override RemoteCall Prepare(Payload argument, PayloadFormat format) =>
        new Call(this, format.Read<TArg>(argument, "argument"), format);

    public override void Rehearse(PayloadFormat format)
    {
        RemoteCall call = format.Blank<TArg>() is { } blank ? Prepare(blank, format) : new Call(this, default!, format);
        if (format.IsInert<TResult>())
            _ = call.WriteResult();
    }

    private sealed class Call(RemoteMethod<TArg, TResult> method, TArg argument, PayloadFormat format) : RemoteCall
    {
        private TResult _result = default!;

        public override void Invoke(TaskContext context) => _result = method._form(method._work, argument, context);

        public override Payload WriteResult() => format.Write(_result, "result");
    }
}
