namespace Offloop.Tests;

public sealed class InlineLossTests() : LossContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripLossTests() : LossContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadPoolLossTests() : LossContractTests(ExecutorKind.Threads);

public sealed class ThreadPoolRoundTripLossTests() : LossContractTests(ExecutorKind.ThreadsRoundTrip);

public sealed class ProcessPoolLossTests(SharedProcessPool shared)
    : LossContractTests(ExecutorKind.Processes, shared), IClassFixture<SharedProcessPool>;
