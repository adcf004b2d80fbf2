using System.Reflection;

namespace Offloop.Payloads;

/// <summary>Makes an exception from an envelope. If this process has loaded the remote type already, the exception is of that type and has
/// a <see cref="RemoteTaskException"/> as its inner exception. Otherwise it is the <see cref="RemoteTaskException"/> itself. No assembly is
/// ever loaded, because the name comes from a peer.</summary>
internal static class ExceptionRebuilder
{
    private static readonly FieldInfo? s_innerException =
        typeof(Exception).GetField("_innerException", BindingFlags.Instance | BindingFlags.NonPublic);

    public static Exception Rebuild(ExceptionEnvelope envelope, TaskFailure failure)
    {
        RemoteTaskException remote = Remote(envelope, failure);
        return LoadedTypes.FindException(envelope.Type) is { } type ? TryCreate(type, envelope, remote, failure) ?? remote : remote;
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
            // The RemoteTaskException still has all the remote facts.
        }
        return null;
    }

    /// <summary>A type whose constructor takes a message only has no public way to carry an inner exception. The remote
    /// stack matters more than neatness.</summary>
    private static Exception SetInner(Exception exception, RemoteTaskException remote)
    {
        if (exception.InnerException is null)
            s_innerException?.SetValue(exception, remote);
        return exception;
    }
}
