using Checks;
using NUnit.Framework;

public class Tests
{
    [Test]
    public async Task A_pool_works() => File.WriteAllText(Environment.GetEnvironmentVariable("MAINS") + ".out", await PoolCheck.RunAsync());
}
