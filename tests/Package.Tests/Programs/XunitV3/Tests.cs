using Checks;
using Xunit;

public class Tests
{
    [Fact]
    public async Task A_pool_works() => File.WriteAllText(Environment.GetEnvironmentVariable("MAINS") + ".out", await PoolCheck.RunAsync());
}
