global using Offloop.SampleTasks;
global using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// Who listens for metrics or spans hears all executors of the process.
[assembly: Parallelization(Mode = ParallelMode.None)]
