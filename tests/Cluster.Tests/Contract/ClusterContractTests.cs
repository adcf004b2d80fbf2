using Offloop.Tests.Contract;
using Offloop.Tests.Mapping;
using Offloop.Tests.Progress;
using Offloop.Tests.Scheduling;
using Offloop.Tests.Streaming;
using Offloop.Tests.Surroundings;

namespace Offloop.Tests;

[Collection<SharedCluster>]
[MatrixOnly(
    nameof(An_exception_keeps_its_type_message_facts_and_causes),
    nameof(A_type_that_cannot_be_made_again_as_it_was_is_told_with_what_it_had))]
public sealed class ClusterExceptionTests(SharedCluster shared) : ExceptionContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly]
public sealed class ClusterJsonOptionsTests(SharedCluster shared) : JsonOptionsContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly]
public sealed class ClusterLossTests(SharedCluster shared) : LossContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly(
    nameof(Results_come_in_the_order_of_the_source),
    nameof(Every_form_of_a_map_yields_its_results),
    nameof(An_infinite_source_is_read_no_further_than_the_buffer_ahead_of_the_consumer))]
public sealed class ClusterMapTests(SharedCluster shared) : WorkerMapContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly(
    nameof(A_flood_of_values_arrives_in_order_and_ends_with_the_last),
    nameof(A_slow_receiver_gets_the_latest_value_and_the_task_does_not_wait_for_it),
    nameof(Nothing_is_delivered_after_the_task_is_done))]
public sealed class ClusterProgressTests(SharedCluster shared) : WorkerProgressContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly]
public sealed class ClusterSnapshotTests(SharedCluster shared) : SnapshotContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly(
    nameof(Every_form_of_a_stream_yields_its_items_in_order),
    nameof(A_slow_consumer_slows_the_task),
    nameof(Large_and_small_items_arrive_whole_and_in_order))]
public sealed class ClusterStreamTests(SharedCluster shared) : WorkerStreamContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly(
    nameof(A_task_gets_the_trace_context_of_its_submitter_with_state_and_baggage))]
public sealed class ClusterSurroundingsTests(SharedCluster shared) : SurroundingsContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly]
public sealed class ClusterTaskEventsTests(SharedCluster shared) : TaskEventsContractTests(ExecutorKind.Nodes, shared);

[Collection<SharedCluster>]
[MatrixOnly]
public sealed class ClusterTokenTests(SharedCluster shared) : TokenContractTests(ExecutorKind.Nodes, shared);
