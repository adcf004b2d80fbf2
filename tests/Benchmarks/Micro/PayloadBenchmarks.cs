using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Benchmarks.Micro;

/// <summary>The cost of an argument on its way: written as a payload, put in a message, and read again.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "BenchmarkDotNet calls methods of an instance.")]
public class PayloadBenchmarks
{
    private readonly Page _page = new("https://example.com/", 200, [1.5, 2.5, 3.5], new string('x', 1000));
    private byte[] _message = [];

    public sealed record Page(string Url, int Status, double[] Times, string Text);

    [GlobalSetup]
    public void Write() => _message = Message(PayloadFormat.Default.Write(_page, "argument"));

    [Benchmark]
    public int RoundTripOfANumber() => PayloadFormat.Default.RoundTrip(1, "argument");

    [Benchmark]
    public object RoundTripOfARecord() => PayloadFormat.Default.RoundTrip(_page, "argument");

    [Benchmark]
    public object IntoAMessage() => Message(PayloadFormat.Default.Write(_page, "argument"));

    [Benchmark]
    public object OutOfAMessage()
    {
        PayloadRef payload = MessageJson.ReadLine<RunRequest>(_message)!.Argument;
        return PayloadFormat.Default.Read<Page>(new Payload(payload.Kind, payload.Bytes), "argument");
    }

    private static byte[] Message(Payload argument)
    {
        var request = new RunRequest { Sequence = 1, Method = 1, TaskId = 1, Attempt = 1, Argument = PayloadRef.Inline(argument) };
        return MessageJson.WriteLine(request);
    }
}
