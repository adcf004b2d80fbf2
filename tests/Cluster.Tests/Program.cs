using System.Globalization;

namespace Offloop.Tests;

/// <summary>Runs the tests; with <c>--node</c> it is a node of them, so its workers find the same methods.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--node"])
            return await NodeProgram.RunAsync();
        if (args is ["--executor", var keyFile])
            return await ExecutorProgram.RunAsync(keyFile);
        if (args is ["--stored-executor", var store, var cluster, var seconds, var key])
            return await Stores.StoreCluster.RunExecutorAsync(store, cluster, double.Parse(seconds, CultureInfo.InvariantCulture), key);
        return args.Any(static arg => arg is "--server" or "--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
                args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
