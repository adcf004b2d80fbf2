using System.Diagnostics;

namespace Offloop.Tests.Stores;

public sealed class RedisStoreTests(RedisServer server) : StoreTests(server), IClassFixture<RedisServer>
{
    [Fact(Timeout = 3 * Waiting.Hang)]
    public async Task Empty()
    {
        server.Require();
        var time = Stopwatch.StartNew();
        await using var cluster = new StoreCluster(server, nodeTimeout: 3);
        try
        {
            ClusterExecutor executor = cluster.StartExecutor();
            ChildProgram first = cluster.StartNode("first", slots: 1);
            await executor.WaitForSlotsAsync(1);

            Console.WriteLine($"{time.ElapsedMilliseconds} stops");
            await server.StopAsync();
            server.Forget();
            await server.StartAsync();
            Console.WriteLine($"{time.ElapsedMilliseconds} starts");
            Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
            await Task.Delay(10_000);
            Assert.Equal(4, await executor.SubmitAsync(Basics.Square, 2));
            Console.WriteLine($"{time.ElapsedMilliseconds} works");
            ChildProgram third = cluster.StartNode("third", slots: 2);
            await Task.WhenAny(executor.WaitForSlotsAsync(3), Task.Delay(60_000)); Console.WriteLine($"{time.ElapsedMilliseconds} {executor.GetSnapshot().Workers.Count} third: {third.Heard}");
            Console.WriteLine($"{time.ElapsedMilliseconds} third is there");
            Assert.Equal(9, await executor.SubmitAsync(Basics.Square, 3));
        }
        finally
        {
            foreach (string line in cluster.Log.Lines)
                Console.WriteLine(line);
        }
    }
}
