global using Offloop.Tests.Support;
global using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// Each test builds and publishes: two at once would only take the processors from each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Feed))]
