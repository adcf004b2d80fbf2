namespace Offloop.Tests.Surroundings;

public sealed class InlineSurroundingsTests() : SurroundingsContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripSurroundingsTests() : SurroundingsContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadSurroundingsTests() : SurroundingsContractTests(ExecutorKind.Threads);

public sealed class ThreadRoundTripSurroundingsTests() : SurroundingsContractTests(ExecutorKind.ThreadsRoundTrip);

public sealed class ProcessSurroundingsTests() : SurroundingsContractTests(ExecutorKind.Processes);
