using System.Reflection;

namespace Offloop.Payloads;

/// <summary>Makes an exception of an envelope: of the remote type where this process has loaded it already, with a
/// <see cref="RemoteTaskException"/> as its inner exception; else the <see cref="RemoteTaskException"/> itself.
/// It never loads an assembly, because the name comes from a peer.</summary>
internal static class ExceptionRebuilder
{
    public static Exception Rebuild(ExceptionEnvelope envelope, TaskFailure failure)
    {
        RemoteTaskException remote = Remote(envelope, failure);
        return LoadedTypes.FindException(
            envelope.Type) is { } type && TryCreate(type, envelope, remote, failure) is { } exception ? exception : remote;
    }

    private static RemoteTaskException Remote(ExceptionEnvelope envelope, TaskFailure failure)
    {
        Exception? inner = envelope.Inner switch
        {
            [] => null,
            [var one] => Remote(one, failure),
            var many => new AggregateException(many.Select(one => Remote(one, failure))),
        };
        return new RemoteTaskException(envelope.Message, failure, envelope.Type, envelope.StackTrace, inner);
    }

    private static Exception? TryCreate(Type type, ExceptionEnvelope envelope, RemoteTaskException remote, TaskFailure failure)
    {
        if (type == typeof(AggregateException))
            return new AggregateException(envelope.Message, envelope.Inner.Select(one => Rebuild(one, failure)).Prepend(remote));
        try
        {
            const BindingFlags Constructors = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            if (type.GetConstructor(Constructors, [typeof(string), typeof(Exception)]) is { } full)
                return (Exception)full.Invoke([envelope.Message, remote]);
            if (type.GetConstructor(Constructors, [typeof(string)]) is { } plain)
                return SetInner((Exception)plain.Invoke([envelope.Message]), remote);
        }
        catch (Exception) // a peer chose the type, and its constructor may refuse in any way
        {
            // The remote facts are still whole in the RemoteTaskException.
        }
        return null;
    }

    private static readonly FieldInfo? s_innerException =
        typeof(Exception).GetField("_innerException", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>A type that takes a message only has no public way to carry an inner exception; the remote stack matters more than the
    /// neatness.</summary>
    private static Exception SetInner(Exception exception, RemoteTaskException remote)
    {
        if (exception.InnerException is null)
            s_innerException?.SetValue(exception, remote);
        return exception;
    }
}
