namespace Offloop.Tests.Progress;

public sealed class InlineProgressTests() : ProgressContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripProgressTests() : ProgressContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadPoolProgressTests() : ProgressContractTests(ExecutorKind.Threads);

public sealed class ThreadPoolRoundTripProgressTests() : ProgressContractTests(ExecutorKind.ThreadsRoundTrip);

public sealed class ProcessPoolProgressTests(SharedProcessPool shared)
    : WorkerProgressContractTests(ExecutorKind.Processes, shared), IClassFixture<SharedProcessPool>;
