using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Offloop.Payloads;

/// <summary>Makes the JSON options of payloads: the rules that keep data from being lost, and the changes of the user.</summary>
internal static class PayloadJson
{
    /// <summary>How deep a payload may nest. The message around it must stay within the 64 levels that JSON-RPC reads.</summary>
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

    /// <summary>Refuses a value of a derived type when it is written: it would lose what the derived type adds.</summary>
    private static void RefuseUndeclaredTypes(JsonTypeInfo contract)
    {
        if (contract.Kind != JsonTypeInfoKind.Object
            || contract.Type.IsSealed
            || contract.Type.IsValueType
            || contract.PolymorphismOptions is not null)
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
