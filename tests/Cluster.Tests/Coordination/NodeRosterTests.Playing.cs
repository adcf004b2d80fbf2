using System.Text.Json;
using System.Text.Json.Serialization;
using Offloop.Cluster.Messages;
using Offloop.Invocation;
using Offloop.Payloads;
using Offloop.Tasks;
using Offloop.Telemetry;

namespace Offloop.Tests.Coordination;

/// <summary>The nodes that are played, and who is slow.</summary>
public sealed partial class NodeRosterTests
{
    private static EndedReport Returned(int sequence, string json) => new(sequence)
    {
        End = Packed.Pack(new Offloop.Protocol.FinishedTask { Sequence = sequence, Kind = Offloop.Protocol.FinishKind.Returned }),
        Result = Carried.Inline(new Payload(PayloadKind.Json, System.Text.Encoding.UTF8.GetBytes(json))),
    };

    private JoinAnswer Admit(string name) => _roster.Admit(
        new NodeCard { Name = name, Address = $"{name}:1@1", ProcessId = 1, Slots = 4, Labels = [] },
        (_, lane, _, orders) =>
        {
            lock (_runs)
                _runs.AddRange(orders.OfType<RunOrder>());
            if (lane == Arrivals.Messages)
                return Task.FromResult(true);
            _piece.TrySetResult();
            return _pieces;
        });

    /// <summary>What happens when a node asks for its lease.</summary>
    private bool Renew(Guid session, NodeCondition condition)
    {
        bool isKnown = _roster.Renew(session, condition);
        _roster.Review(session);
        return isKnown;
    }

    private JoinAnswer Ready(string name)
    {
        JoinAnswer answer = Admit(name);
        Assert.Null(answer.Refusal);
        Assert.True(Renew(answer.Session, new NodeCondition()));
        return answer;
    }

    private Task<int> Submit(SubmitOptions? options = null) => Submit(static value => value, options);

    private Task<T> Submit<T>(Func<int, T> work, SubmitOptions? options = null) => Submit(work, 1, options);

    private Task<TOut> Submit<TIn, TOut>(
        Func<TIn, TOut> work, TIn argument, SubmitOptions? options = null, CancellationToken token = default)
    {
        var request = new TaskRequest<TIn, TOut>(
            MethodEntries<TIn, TOut>.Of(work, CallKind.Plain, _format), CallForms<TIn, TOut>.For(CallKind.Plain).Form, work);
        var item = new SubmittedTask<TIn, TOut>(request, _scheduler.NextId(), argument, options ?? new SubmitOptions(), token);
        _scheduler.Submit(item);
        return item.Task;
    }

    private Task UntilRunsAsync(int count) => Waiting.UntilAsync(
        () =>
        {
            lock (_runs)
                return _runs.Count == count;
        },
        "the node has got its tasks");

    /// <summary>Hears nothing to its end until it is disposed.</summary>
    private sealed class StuckListener : ExecutorListener, IDisposable
    {
        private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _over = new();

        public Task Stuck => _stuck.Task;

        public override void Hear(ExecutorEvent happened)
        {
            _stuck.TrySetResult();
            _over.Task.Wait();
        }

        public void Dispose() => _over.TrySetResult();
    }

    /// <summary>A result whose reading can be held.</summary>
    [JsonConverter(typeof(Reader))]
    private sealed record SlowToRead(int Value)
    {
        private static Held? s_held;

        public static Held Hold() => s_held = new Held();

        public sealed class Held : IDisposable
        {
            private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            private readonly TaskCompletionSource _over = new();

            public Task Begun => _begun.Task;

            public void Wait()
            {
                _begun.TrySetResult();
                _over.Task.Wait();
            }

            public void Dispose() => _over.TrySetResult();
        }

        public sealed class Reader : JsonConverter<SlowToRead>
        {
            public override SlowToRead Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            {
                s_held?.Wait();
                return new SlowToRead(reader.GetInt32());
            }

            public override void Write(Utf8JsonWriter writer, SlowToRead value, JsonSerializerOptions options) =>
                writer.WriteNumberValue(value.Value);
        }
    }
}
