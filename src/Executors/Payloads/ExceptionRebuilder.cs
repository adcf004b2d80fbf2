using System.Reflection;

namespace Offloop.Payloads;

/// <summary>Makes an exception from an envelope. If this process has already loaded the remote type, the exception has that type and a
/// <see cref="RemoteTaskException"/> as its inner exception. Otherwise it is the <see cref="RemoteTaskException"/> itself. It never loads
/// an assembly, because the name comes from a peer.</summary>
internal static class ExceptionRebuilder
{
    public static Exception Rebuild(ExceptionEnvelope envelope, TaskFailure failure)
    {
        RemoteTaskException remote = Remote(envelope, failure);
        return LoadedTypes.FindException(envelope.Type) is { } type && TryCreate(type, envelope, remote, failure) is { } exception
            ? exception
            : remote;
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
        catch (Exception) // a peer chose the type, and its constructor may throw anything
        {
            // The RemoteTaskException still has all the facts.
        }
        return null;
    }

    private static readonly FieldInfo? s_innerException =
        typeof(Exception).GetField("_innerException", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Sets the inner exception of a type whose constructor takes only a message. There is no public way to do that, but the
    /// remote stack trace is worth it.</summary>
    private static Exception SetInner(Exception exception, RemoteTaskException remote)
    {
        if (exception.InnerException is null)
            s_innerException?.SetValue(exception, remote);
        return exception;
    }
}
