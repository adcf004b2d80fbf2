namespace Offloop.Tests.Scheduling;

public sealed class InlineTaskEventsTests() : TaskEventsContractTests(ExecutorKind.Inline);

public sealed class ThreadPoolTaskEventsTests() : TaskEventsContractTests(ExecutorKind.Threads);

public sealed class ProcessPoolTaskEventsTests() : TaskEventsContractTests(ExecutorKind.Processes);
