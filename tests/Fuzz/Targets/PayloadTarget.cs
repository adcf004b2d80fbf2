using System.Text.Json;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Fuzz.Targets;

/// <summary>Fuzzes payloads, failures and pages of start marks, which are read after the message around them.</summary>
internal sealed class PayloadTarget : FuzzTarget
{
    public override string Name => "payloads";

    public override Task TakeAsync(byte[] input, Mutator mutator)
    {
        Read<FuzzValue>(input);
        try
        {
            if (input.AsSpan().TrimStart((byte)' ').StartsWith("["u8))
            {
                var reader = new Utf8JsonReader(input, new JsonReaderOptions { MaxDepth = MessageFormatter.MaxDepth });
                reader.Read();
                PayloadRef reference = PayloadRef.Read(ref reader, input);
                _ = PayloadFormat.Default.Read<FuzzValue>(new Payload(reference.Kind, reference.Bytes), "argument");
            }
            else if (MessageJson.Read(input, typeof(ExceptionEnvelope), orNull: true) is ExceptionEnvelope envelope)
            {
                _ = PayloadFormat.Default.ReadException(envelope, new TaskFailure { Cause = FailureCause.TaskException });
            }
        }
        catch (Exception error) when (
            error is JsonException or FormatException or InvalidOperationException or OverflowException or PayloadException)
        {
            Refused++; // a bad argument of a message, which StreamJsonRpc answers
        }
        byte[] page = MarkPage.Next(mutator.Random);
        int sequence = mutator.Random.Next(2) == 0 ? mutator.Random.Next(16) : mutator.Random.Next(int.MinValue, int.MaxValue);
        _ = StartMark.PhaseOf(page, sequence);
        _ = StartMark.WasTaken(page, sequence);
        _ = StartMark.ExitedBy(page);
        _ = StartMark.EndsIn(page);
        return Task.CompletedTask;
    }

    private static void Read<T>(byte[] input)
    {
        try
        {
            _ = PayloadFormat.Default.Read<T>(new Payload(PayloadKind.Json, input), "result");
        }
        catch (PayloadException)
        {
            // the task's error
        }
    }
}
