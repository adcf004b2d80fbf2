using Offloop.Differ;
using Offloop.Differ.Nodes;

// A node is this program again, so it has the same tasks.
if (args is ["--node", var label, var executor, var keyFile])
    return await NodeProcess.RunAsync(label, executor, keyFile);
return await DifferProgram.RunAsync(
    [.. args.Where(static arg => arg != "--cluster")],
    "Random programs on five executors, one of them over two nodes",
    static async threads => [.. Contender.Usual(threads), await NodesContender.StartAsync()]);
