namespace Offloop.Tests.Mapping;

public sealed class InlineMapTests() : MapContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripMapTests() : MapContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadPoolMapTests() : OffloadingMapTests(ExecutorKind.Threads);

public sealed class ThreadPoolRoundTripMapTests() : OffloadingMapTests(ExecutorKind.ThreadsRoundTrip);
