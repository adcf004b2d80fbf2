using System.Text.Json;
using Offloop.Payloads;

namespace Offloop;

/// <summary>What <see cref="ExecutorOptions.JsonOptions"/> can set besides JSON itself.</summary>
public static class PayloadOptions
{
    /// <summary>Replaces values of exceptions before they leave a worker: entries of <see cref="Exception.Data"/> and public properties,
    /// which may hold secrets. It is not called for messages and stack traces, nor where an exception is passed as it is: inline, on
    /// threads, and in the caller's process.</summary>
    /// <param name="options">The options that the method of <see cref="ExecutorOptions.JsonOptions"/> gets.</param>
    /// <param name="redact">Gets the exception, the name of a property or the key of an entry, and the value. Returns what travels in its
    /// place: the value itself, or another one of a type that fits. If it throws, nothing travels, and the value counts as lost. It is
    /// called on the task's thread, once for each value.</param>
    /// <exception cref="InvalidOperationException">The options have such a method already.</exception>
    public static void RedactExceptions(this JsonSerializerOptions options, Func<Exception, string, object?, object?> redact)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(redact);
        if (ExceptionRedaction.In(options) is not null)
            throw new InvalidOperationException("RedactExceptions was called already; give it one method that does all of it.");
        options.Converters.Add(new ExceptionRedaction(redact));
    }
}
