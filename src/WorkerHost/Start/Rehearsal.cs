using System.Diagnostics.CodeAnalysis;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;
using Offloop.WorkerHost.Tasks;
using StreamJsonRpc;

namespace Offloop.WorkerHost.Start;

/// <summary>Runs a task that does nothing, from its message to its report, if a worker has nothing else to do, as a spare has
/// not. Most of the time of a first task goes to compiling this code. It is not done while a worker starts, because the two
/// would compete for the processor.</summary>
internal static class Rehearsal
{
    /// <summary>How long a worker waits for its first task before it rehearses. A worker that was started for
    /// a task gets it sooner.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(15);

    private const long MaxMessageBytes = 1 << 20;

    /// <summary>Returns when the task has been reported.</summary>
    /// <param name="audience">Takes the messages of the worker, for a test.</param>
    [SuppressMessage(
        "Reliability", "CA2000",
        Justification = "The link is left to the collector: ending a connection compiles code that a worker needs only when it ends.")]
    public static void Run(Stream? audience = null)
    {
        try
        {
            using var runner = new TaskRunner(StartMark.InMemory(), MaxMessageBytes);
            var trouble = new LinkTrouble(static _ => { }, _ => ((IWorker)runner).Leave());
            var control = new ScriptedPipe(WriteScript(), audience ?? Stream.Null);
            runner.Run(CoordinatorLink.Start(control, new ScriptedPipe([], Stream.Null), new LinkLimits(MaxMessageBytes), runner, trouble));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // There was no memory to map. The first task takes longer, and that is all.
        }
    }

    /// <summary>The messages of a coordinator that sends one task.</summary>
    private static byte[] WriteScript()
    {
        using var script = new MemoryStream();
        using JsonRpc rpc = RpcConnection.Create(script, RpcContract.None);
        IWorker worker = rpc.Attach<IWorker>();
        var request = new RunRequest
        {
            Sequence = 1,
            Method = 1,
            Definition = MethodIdentity.Of(new Func<string, string>(Same).Method, CallKind.Plain, typeof(string), typeof(string)),
            TaskId = 1,
            Attempt = 1,
            Argument = PayloadRef.Inline(PayloadFormat.Default.Write("", "argument")),
        };
        worker.Run(new RunBatch { Items = [request] });
        worker.Leave();
        return script.ToArray();
    }

    private static string Same(string text) => text;

    /// <summary>Gives the script, then nothing, and does not end. It takes whatever is said.</summary>
    private sealed class ScriptedPipe(byte[] script, Stream audience) : MemoryStream(script, writable: false)
    {
        public override bool CanWrite => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length
                ? base.ReadAsync(buffer, cancellationToken)
                : new ValueTask<int>(new TaskCompletionSource<int>().Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            audience.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
