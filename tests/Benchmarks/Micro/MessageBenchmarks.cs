using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.SampleTasks;

namespace Offloop.Benchmarks.Micro;

/// <summary>The two messages of every task, written and read: with one task, and with 32.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The writer has nothing to release.")]
public class MessageBenchmarks
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private readonly Utf8JsonWriter _writer = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });
    private RunBatch _batch = null!;
    private WorkerReport _report = null!;
    private byte[] _batchJson = [];
    private byte[] _reportJson = [];

    [Params(1, 32)]
    public int Tasks { get; set; }

    [GlobalSetup]
    public void Make()
    {
        PayloadRef number = PayloadRef.Inline(PayloadFormat.Default.Write(12345, "argument"));
        RunRequest[] requests = [.. Enumerable.Range(1, Tasks).Select(
            i => new RunRequest { Sequence = i, Method = 1, TaskId = i, Attempt = 1, Argument = number })];
        requests[0].Definition = MethodIdentity.Of(((Func<int, int>)PayloadTasks.Same).Method, CallKind.Plain, typeof(int), typeof(int));
        _batch = new RunBatch { Items = requests };
        _report = new WorkerReport
        {
            Finished = [.. requests.Select(request => new FinishedTask { Sequence = request.Sequence, Kind = FinishKind.Returned,
                Result = number, Microseconds = 3 })],
        };
        _batchJson = [.. Written(_batch)];
        _reportJson = [.. Written(_report)];
    }

    [Benchmark]
    public int WriteABatch() => Written(_batch).Length;

    [Benchmark]
    public object ReadABatch() => MessageJson.Read(_batchJson, typeof(RunBatch))!;

    [Benchmark]
    public int WriteAReport() => Written(_report).Length;

    [Benchmark]
    public object ReadAReport() => MessageJson.Read(_reportJson, typeof(WorkerReport))!;

    private ReadOnlySpan<byte> Written(object message)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        MessageJson.Write(_writer, message);
        _writer.Flush();
        return _buffer.WrittenSpan;
    }
}
