namespace Offloop.Tests.Architecture.Support;

internal static class Violations
{
    /// <summary>Fails with one line for each violation.</summary>
    public static void AssertNone(IEnumerable<string> violations)
    {
        string[] all = [.. violations];
        if (all.Length > 0)
            Assert.Fail($"{all.Length} found:{Environment.NewLine}{string.Join(Environment.NewLine, all)}");
    }
}
