namespace Offloop.Tests;

public sealed class InlineTokenTests() : TokenContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripTokenTests() : TokenContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadTokenTests() : TokenContractTests(ExecutorKind.Threads);

public sealed class ThreadRoundTripTokenTests() : TokenContractTests(ExecutorKind.ThreadsRoundTrip);

public sealed class ProcessTokenTests() : TokenContractTests(ExecutorKind.Processes);

public sealed class ProcessOfTwoTokenTests() : TokenContractTests(ExecutorKind.ProcessesOfTwo);
