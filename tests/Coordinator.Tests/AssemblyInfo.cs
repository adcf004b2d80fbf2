using Xunit.Sdk;
using Xunit.v3;

// The tests run programs that watch their own clock; together they would measure each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
