using System.ComponentModel;
using System.Net.Sockets;
using System.Reflection;

namespace Offloop.Payloads;

/// <summary>The ways in which an object of an exception type could be made from its message, its properties and its inner exceptions, the
/// one that uses the most first. Whether the object is right has to be checked afterwards.</summary>
internal sealed class ExceptionMakers(
    Type type, string message, Dictionary<string, string> properties, Exception[] inner, ExceptionValues values)
{
    private const int MaxConstructors = 16;

    public IEnumerable<Func<Exception?>> All()
    {
        if (Special() is { } special)
            yield return special;
        string[] messages = [message, .. Undecorated()];
        foreach (ConstructorInfo constructor in type
            .GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .OrderByDescending(static constructor => constructor.GetParameters().Length).Take(MaxConstructors))
        {
            foreach (string text in messages)
                yield return () => Call(constructor, text);
        }
    }

    /// <summary>The types whose constructors cannot be told from the names of their parameters.</summary>
    private Func<Exception?>? Special() =>
        type == typeof(AggregateException) ? () => new AggregateException(message, inner)
        : type == typeof(SocketException) ? () => new SocketException(Number(nameof(SocketException.SocketErrorCode)), message)
        : type == typeof(Win32Exception) ? () => new Win32Exception(Number(nameof(Win32Exception.NativeErrorCode)), message)
        : type == typeof(TypeInitializationException) ? () => new TypeInitializationException(
            (string?)Value(nameof(TypeInitializationException.TypeName), typeof(string)), inner.FirstOrDefault())
        : null;

    /// <summary>The message without the text that the type adds when it is read.</summary>
    private IEnumerable<string> Undecorated()
    {
        string? decoration =
            typeof(ArgumentException).IsAssignableFrom(type)
                ? $" (Parameter '{Value(nameof(ArgumentException.ParamName), typeof(string))}')"
            : typeof(ObjectDisposedException).IsAssignableFrom(type) ? $"{Environment.NewLine}Object name: '"
            : typeof(HttpIOException).IsAssignableFrom(type) ? " ("
            : null;
        if (decoration is not null && message.LastIndexOf(decoration, StringComparison.Ordinal) is >= 0 and var end)
            yield return message[..end];
    }

    private Exception? Call(ConstructorInfo constructor, string text)
    {
        ParameterInfo[] parameters = constructor.GetParameters();
        object?[] arguments = new object?[parameters.Length];
        bool hasText = false;
        for (int i = 0; i < parameters.Length; i++)
        {
            ParameterInfo parameter = parameters[i];
            Type wanted = parameter.ParameterType;
            if (PropertyOf(parameter) is { } property)
                arguments[i] = values.Read(properties[property], wanted);
            else if (typeof(Exception).IsAssignableFrom(wanted))
                arguments[i] = wanted.IsInstanceOfType(inner.FirstOrDefault()) ? inner[0] : null;
            else if (wanted != typeof(object) && wanted.IsAssignableFrom(typeof(Exception[])))
                arguments[i] = inner;
            else if (wanted == typeof(string) && !hasText)
                (arguments[i], hasText) = (text, true);
            else if (parameter.HasDefaultValue)
                arguments[i] = parameter.DefaultValue;
            else
                return null;
        }
        return (Exception)constructor.Invoke(arguments);
    }

    private string? PropertyOf(ParameterInfo parameter) =>
        properties.Keys.FirstOrDefault(name => name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase));

    private object? Value(string property, Type wanted) =>
        properties.GetValueOrDefault(property) is { } json ? values.Read(json, wanted) : null;

    private int Number(string property) => (int?)Value(property, typeof(int?)) ?? 0;
}
