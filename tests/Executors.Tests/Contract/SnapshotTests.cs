namespace Offloop.Tests;

public sealed class InlineSnapshotTests() : SnapshotContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripSnapshotTests() : SnapshotContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadPoolSnapshotTests() : SnapshotContractTests(ExecutorKind.Threads);

public sealed class ThreadPoolRoundTripSnapshotTests() : SnapshotContractTests(ExecutorKind.ThreadsRoundTrip);

public sealed class ProcessPoolSnapshotTests() : SnapshotContractTests(ExecutorKind.Processes);
