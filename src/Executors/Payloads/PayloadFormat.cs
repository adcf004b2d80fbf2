using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Offloop.Payloads;

/// <summary>Writes and reads the payloads of an executor, and decides which types may be payloads. Both sides of the pipe
/// use the same format. Thread-safe.</summary>
internal sealed class PayloadFormat
{
    private const int SmallLength = 1024;

    private static readonly ConcurrentDictionary<MethodInfo, PayloadFormat> s_configured = new();

    private readonly ConcurrentDictionary<Type, string?> _refusals = new();
    private readonly JsonSerializerOptions _options;
    private readonly Lazy<JsonSerializerOptions> _strict;

    private PayloadFormat(Action<JsonSerializerOptions>? configure)
    {
        _options = PayloadJson.Create(configure);
        _strict = new Lazy<JsonSerializerOptions>(() => WholeValues.Strict(_options));
    }

    /// <summary>The format of executors whose options do not change it.</summary>
    public static PayloadFormat Default { get; } = new(configure: null);

    /// <summary>Returns the default format with the changes of <paramref name="configure"/>. The method captures nothing, so it is called
    /// once in a process and its name identifies the format. Throws what the method throws.</summary>
    public static PayloadFormat For(Action<JsonSerializerOptions>? configure) =>
        configure is null
            ? Default
            : s_configured.GetOrAdd(configure.Method, static (_, configure) => new PayloadFormat(configure), configure);

    /// <summary>Throws if values of <paramref name="type"/> cannot travel whole. A type is examined once.</summary>
    public void Require(Type type, string role, string parameter = "work")
    {
        if (type == typeof(Unit))
            return;
        if (_refusals.GetOrAdd(type, static (type, options) => new PayloadContract(options).Examine(type), _options) is { } reason)
            throw Refused.Work(PayloadTexts.Refusal(role, TypeNames.Of(type), reason), parameter);
    }

    /// <summary>Throws if <paramref name="value"/> has a type that its declared type does not know.</summary>
    public void RequireDeclared<T>(T value, string parameter)
    {
        if (typeof(T).IsValueType || typeof(T).IsSealed || value is null || value.GetType() == typeof(T) || value is Exception)
            return;
        if (new PayloadContract(_options).IsClosed(typeof(T)))
            throw new ArgumentException(PayloadContract.UndeclaredType(typeof(T), value.GetType()), parameter);
    }

    /// <summary>Whether a value is small whatever it holds, and writing it calls no user code.</summary>
    public bool IsSmall<T>(T value) => this == Default && value switch
    {
        string text => text.Length <= SmallLength,
        byte[] bytes => bytes.Length <= SmallLength,
        _ => typeof(T).IsPrimitive || typeof(T) == typeof(Unit),
    };

    /// <summary>Whether the default value of a type is written and read without a call of user code. The type's contract is made for it,
    /// which calls constructors of converters, and the resolvers of JsonOptions. Throws whatever those throw.</summary>
    public bool IsInert<T>() =>
        typeof(T) == typeof(Unit)
        || (_options.GetTypeInfo(typeof(T)).Converter.GetType().Assembly == typeof(JsonSerializer).Assembly
            && (typeof(T).IsPrimitive || !typeof(T).IsValueType));

    /// <summary>The default value of a type as a payload, or null if the type is not inert.</summary>
    public Payload? Blank<T>() => IsInert<T>() ? Write(default(T)!, "value") : null;

    /// <summary>Serialises <paramref name="value"/>. Throws <see cref="PayloadException"/> and nothing else.</summary>
    public Payload Write<T>(T value, string role)
    {
        if (typeof(T) == typeof(Unit))
            return default;
        if (value is byte[] array && typeof(T) == typeof(byte[]))
            return new Payload(PayloadKind.Raw, array);
        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
            return new Payload(PayloadKind.Raw, (ReadOnlyMemory<byte>)(object)value!);
        try
        {
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, _options);
            if (typeof(T) == typeof(char) || (!typeof(T).IsPrimitive && WholeValues.MayHoldHalfPair(json)))
                json = JsonSerializer.SerializeToUtf8Bytes(value, _strict.Value); // it throws, unless the sign was in the text itself
            if (json.Length <= Payload.MaxInlineBytes && !(this == Default && typeof(T).IsPrimitive))
                RequireWhole(json);
            return new Payload(PayloadKind.Json, json);
        }
        catch (JsonException error) when (error.Path?.Count(static sign => sign is '.' or '[') >= _options.MaxDepth)
        {
            string path = string.Join('.', error.Path.Split('.', 5)[..4]);
            throw new PayloadException(
                $"The {role} of type {TypeNames.Of(typeof(T))} could not be written: it nests deeper than {_options.MaxDepth} levels, "
                + $"or refers to itself ({path}…); a payload is a tree, so send the parts and how they refer to each other.",
                error);
        }
        catch (Exception error)
        {
            // A user's property or converter may throw anything, and a value may be too large for the memory. Only this value fails.
            throw new PayloadException($"The {role} of type {TypeNames.Of(typeof(T))} could not be written: {error.Message}", error);
        }
    }

    /// <summary>Deserialises a value. Throws <see cref="PayloadException"/> and nothing else.</summary>
    public T Read<T>(Payload payload, string role)
    {
        try
        {
            return payload.Kind switch
            {
                PayloadKind.None when typeof(T) == typeof(Unit) => default!,
                PayloadKind.Raw when typeof(T) == typeof(byte[]) => (T)(object)Array(payload.Bytes),
                PayloadKind.Raw when typeof(T) == typeof(ReadOnlyMemory<byte>) => (T)(object)payload.Bytes,
                PayloadKind.Json => JsonSerializer.Deserialize<T>(payload.Bytes.Span, _options)!,
                _ => throw new JsonException($"{payload.Kind} bytes are no {TypeNames.Of(typeof(T))}."),
            };
        }
        catch (Exception error) // as above
        {
            throw new PayloadException($"The {role} of type {TypeNames.Of(typeof(T))} could not be read: {error.Message}", error);
        }
    }

    /// <summary>Returns the value as another process would get it.</summary>
    public T RoundTrip<T>(T value, string role)
    {
        Payload payload = Write(value, role);
        // Raw bytes are the caller's own array; a pipe would have copied them.
        return Read<T>(payload.Kind == PayloadKind.Raw ? payload with { Bytes = payload.Bytes.ToArray() } : payload, role);
    }

    /// <summary>Reads the facts of an exception that a task threw. It does not throw.</summary>
    public ExceptionEnvelope WriteException(Exception exception) => ExceptionEnvelope.From(exception, _options);

    /// <summary>Makes the exception again from facts that a worker sent. Throws what the user's exception types throw, and
    /// <see cref="JsonException"/>.</summary>
    public Exception ReadException(ExceptionEnvelope envelope, TaskFailure failure) =>
        new ExceptionRebuilder(failure, _options).Rebuild(envelope.Bounded());

    /// <summary>Checks JSON that a user's converter may have written raw: text that is not JSON, or that nests deeper than a message may,
    /// would break the message around it.</summary>
    private static void RequireWhole(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = PayloadJson.MaxDepth });
        while (reader.Read())
        {
        }
    }

    /// <summary>Returns the bytes as an array. A received payload already is its own array; only a slice has to be copied.</summary>
    private static byte[] Array(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();
}
