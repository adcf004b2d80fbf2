using Checks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

[TestClass]
public class Tests
{
    [TestMethod]
    public async Task A_pool_works() => File.WriteAllText(Environment.GetEnvironmentVariable("MAINS") + ".out", await PoolCheck.RunAsync());
}
