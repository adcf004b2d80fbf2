using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.Payloads;

/// <summary>Writes an exception that is an argument or a result, not a failure, in the envelope that failures use.</summary>
internal sealed class ExceptionValueConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeof(Exception).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<TException> : JsonConverter<TException>
        where TException : Exception
    {
        public override TException? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            ExceptionEnvelope envelope = JsonSerializer.Deserialize(ref reader, PayloadEnvelopeJson.Default.ExceptionEnvelope)
                ?? throw new JsonException("An exception was sent as null.");
            var failure = new TaskFailure { Cause = FailureCause.TaskException, Phase = TaskPhase.ResultLost };
            return ExceptionRebuilder.Rebuild(envelope, failure) as TException
                ?? throw new JsonException(
                    $"The exception of type {envelope.Type} cannot be made here, where {TypeNames.Of(typeof(TException))} is declared.");
        }

        public override void Write(Utf8JsonWriter writer, TException value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, ExceptionEnvelope.From(value), PayloadEnvelopeJson.Default.ExceptionEnvelope);
    }
}

/// <summary>The generated contract of the envelope, kept apart from the user's types.</summary>
[JsonSerializable(typeof(ExceptionEnvelope))]
internal sealed partial class PayloadEnvelopeJson : JsonSerializerContext;
