using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace Offloop.Payloads;

/// <summary>Makes an exception from an envelope, so that the caller's <c>catch</c> and its filters work as if the task had run here. If
/// this process has loaded the remote type already, and an object of it can be made that has the same message and the same public
/// properties, the exception is that object. Otherwise it is a <see cref="RemoteTaskException"/> with all the facts: a default never
/// stands where a value was lost. No assembly is ever loaded, because the name comes from a peer.</summary>
/// <param name="failure">The facts for each <see cref="RemoteTaskException"/>.</param>
/// <param name="options">The JSON options of the payloads.</param>
internal sealed class ExceptionRebuilder(TaskFailure failure, JsonSerializerOptions options)
{
    private static readonly FieldInfo? s_innerException =
        typeof(Exception).GetField("_innerException", BindingFlags.Instance | BindingFlags.NonPublic);

    private readonly ExceptionValues _values = new(options);

    /// <summary>Makes the exception. Throws <see cref="JsonException"/> if the envelope makes no sense.</summary>
    public Exception Rebuild(ExceptionEnvelope envelope)
    {
        Exception[] inner = [.. envelope.Inner.Select(Rebuild)];
        Exception exception = LoadedTypes.FindException(envelope.Type) is { } type && TryMake(type, envelope, inner) is { } made
            ? made
            : Remote(envelope, inner);
        if (envelope.HResult != 0)
            exception.HResult = envelope.HResult;
        AddData(exception, envelope);
        return exception;
    }

    private RemoteTaskException Remote(ExceptionEnvelope envelope, Exception[] inner)
    {
        Exception? cause = inner switch
        {
            [] => null,
            [var one] => one,
            var many => new AggregateException(many),
        };
        return new RemoteTaskException(envelope.Message, failure, cause)
        {
            RemoteTypeName = envelope.Type,
            RemoteBaseTypes = envelope.BaseTypes,
            RemoteStackTrace = envelope.StackTrace,
            RemoteProperties = envelope.Properties ?? "{}",
        };
    }

    private Exception? TryMake(Type type, ExceptionEnvelope envelope, Exception[] inner)
    {
        if (envelope.LostProperties.Length > 0)
            return null;
        Dictionary<string, string>? properties = envelope.Properties is { } json ? ExceptionValues.Split(json) : null;
        foreach (Func<Exception?> make in new ExceptionMakers(type, envelope.Message, properties ?? [], inner, _values).All())
        {
            try
            {
                if (make() is { } made && made.GetType() == type && TryComplete(made, envelope, properties, inner))
                    return made;
            }
            catch (Exception) // a peer chose the type, and its members may throw anything
            {
                // The next way may do.
            }
        }
        return null;
    }

    /// <summary>Gives an exception what its constructor did not. False if it is not as it was sent then.</summary>
    private bool TryComplete(Exception made, ExceptionEnvelope envelope, Dictionary<string, string>? properties, Exception[] inner)
    {
        if (envelope.HResult != 0)
            made.HResult = envelope.HResult;
        if (made is AggregateException aggregate)
        {
            if (!aggregate.InnerExceptions.SequenceEqual(inner))
                return false;
        }
        else if (made.InnerException != inner.FirstOrDefault())
        {
            // A type without a parameter for it has no public way to carry one.
            s_innerException?.SetValue(made, inner.FirstOrDefault());
        }
        if (properties is not null)
        {
            SetProperties(made, properties);
            (Dictionary<string, string> now, string[] lost) = _values.ReadProperties(made);
            if (lost.Length > 0 || now.Count != properties.Count
                || now.Any(value => properties.GetValueOrDefault(value.Key) != value.Value))
                return false;
        }
        if (ExceptionEnvelope.MessageOf(made) != envelope.Message)
            return false;
        if (envelope.StackTrace.Length > 0)
            ExceptionDispatchInfo.SetRemoteStackTrace(made, envelope.StackTrace);
        return true;
    }

    private void SetProperties(Exception made, Dictionary<string, string> sent)
    {
        (Dictionary<string, string> now, _) = _values.ReadProperties(made);
        foreach (PropertyInfo property in ExceptionValues.PropertiesOf(made.GetType()))
        {
            if (sent.GetValueOrDefault(property.Name) is { } value && now.GetValueOrDefault(property.Name) != value
                && property.GetSetMethod(nonPublic: true) is not null)
                property.SetValue(made, _values.Read(value, property.PropertyType));
        }
    }

    private void AddData(Exception exception, ExceptionEnvelope envelope)
    {
        if (envelope.Data is not { } json)
            return;
        foreach ((string key, string value) in ExceptionValues.Split(json))
        {
            try
            {
                exception.Data[key] = _values.Read(value, typeof(object));
            }
            catch (Exception) // a user's type may override Data
            {
                return;
            }
        }
    }
}
