using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Offloop.Invocation;

/// <summary>How arguments and results are written as JSON; the same on both sides of the pipe.</summary>
internal static class PayloadJson
{
    /// <summary>How deep a payload may nest: the message around it must stay within the 64 levels at which JSON-RPC stops reading.</summary>
    public const int MaxDepth = 56;

    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            IncludeFields = true, // tuples are fields
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            MaxDepth = MaxDepth,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseUndeclaredTypes } },
        };
        options.Converters.Add(new ExceptionValueConverter());
        options.MakeReadOnly();
        return options;
    }

    /// <summary>A value of a type derived from the declared one would lose what the derived type adds, so it is refused when it is written.</summary>
    private static void RefuseUndeclaredTypes(JsonTypeInfo contract)
    {
        if (contract.Kind != JsonTypeInfoKind.Object || contract.Type.IsSealed || contract.Type.IsValueType || contract.PolymorphismOptions is not null)
            return;
        Type declared = contract.Type;
        contract.OnSerializing = value =>
        {
            if (value.GetType() != declared)
                throw new NotSupportedException(PayloadContract.UndeclaredType(declared, value.GetType()));
        };
    }
}
