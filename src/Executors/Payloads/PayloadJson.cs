using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Offloop.Payloads;

/// <summary>Makes the JSON options of payloads: the rules that keep data from being lost, and the user's additions.</summary>
internal static class PayloadJson
{
    /// <summary>How deep a payload may nest. JSON-RPC reads at most 64 levels, and the message around the payload needs some of
    /// them.</summary>
    public const int MaxDepth = 56;

    public static JsonSerializerOptions Create(Action<JsonSerializerOptions>? configure)
    {
        var options = new JsonSerializerOptions
        {
            IncludeFields = true, // tuples are fields
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            MaxDepth = MaxDepth,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        configure?.Invoke(options);
        options.MaxDepth = options.MaxDepth == 0 ? MaxDepth : Math.Min(options.MaxDepth, MaxDepth);
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(RefuseUndeclaredTypes);
        options.Converters.Add(new ExceptionValueConverter()); // last, so that a user's converter goes before it
        options.MakeReadOnly();
        return options;
    }

    /// <summary>Refuses, as it is written, a value whose type is derived from the declared type. The members that the derived type adds
    /// would be lost.</summary>
    private static void RefuseUndeclaredTypes(JsonTypeInfo contract)
    {
        if (contract.Kind != JsonTypeInfoKind.Object || contract.PolymorphismOptions is not null
            || contract.Type.IsSealed || contract.Type.IsValueType)
            return;
        Type declared = contract.Type;
        Action<object>? before = contract.OnSerializing;
        contract.OnSerializing = value =>
        {
            if (value.GetType() != declared)
                throw new NotSupportedException(PayloadContract.UndeclaredType(declared, value.GetType()));
            before?.Invoke(value);
        };
    }
}
