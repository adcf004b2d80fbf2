namespace Offloop.Tests.Contract;

public sealed class InlineExceptionTests() : ExceptionContractTests(ExecutorKind.Inline);

public sealed class InlineRoundTripExceptionTests() : ExceptionContractTests(ExecutorKind.InlineRoundTrip);

public sealed class ThreadExceptionTests() : ExceptionContractTests(ExecutorKind.Threads);

public sealed class ProcessExceptionTests(SharedProcessPool shared)
    : ExceptionContractTests(ExecutorKind.Processes, shared), IClassFixture<SharedProcessPool>;
