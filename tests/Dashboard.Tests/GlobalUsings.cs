global using Xunit;

// A dashboard shows the executors of the whole process, and so those of other tests.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
