global using Offloop.Tests.Support;
global using Xunit;

// A build keeps one processor busy, as a rule, so the classes run beside each other.
[assembly: AssemblyFixture(typeof(Feed))]
