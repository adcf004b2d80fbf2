// PoolOwner <kind of task> <port of the meeting point>
//     A process that owns a pool, for the test that kills it. It prints the process ids of its workers, one per line, when all of them are
//     ready, and waits to be killed; "exiting" ends without disposing the pool.
// PoolOwner attack <port> <how> <directory> [nobody]
//     A process that wants the place of the workers of another pool. When it is let go, it prints how many bytes it was told.
// PoolOwner output <TaskOutput>
//     A process without a log whose tasks write lines, and one of whose workers dies.
using System.Globalization;
using System.Net.Sockets;
using Offloop;
using Offloop.SampleTasks;

if (args[0] == "output")
{
    await using var talking = new ProcessPoolExecutor(
        new ProcessPoolOptions { MaxWorkers = 1, TaskOutput = Enum.Parse<TaskOutput>(args[1]) });
    await talking.SubmitAsync(Standard.Say, "hello");
    await Task.WhenAny(talking.SubmitAsync(Standard.SayAndDie, "last words"));
    return;
}
(string kind, int port) = (args[0], int.Parse(args[1], CultureInfo.InvariantCulture));
var meeting = new Meeting(port);
if (kind == "attack")
{
    using NetworkStream line = Rendezvous.Arrive(meeting);
    (int told, bool keptOut) = Attacks.Storm(
        args[2], args[3], asNobody: args is [.., "nobody"], () => !line.Socket.Poll(0, SelectMode.SelectRead));
    Console.Out.WriteLine($"{told} {keptOut}");
    return;
}
const int workers = 2;
await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MinWorkers = workers, MaxWorkers = workers });
for (int i = 0; i < workers; i++)
{
    _ = kind switch
    {
        "waiting" => pool.SubmitAsync(Rendezvous.Wait, meeting),
        "looping" or "exiting" => pool.SubmitAsync(Rendezvous.Loop, meeting),
        "native" => pool.SubmitAsync(Blocking.InNativeCode, meeting),
        "children" => pool.SubmitAsync(Blocking.WithChild, meeting),
        "idle" or "starting" => Task.CompletedTask,
        _ => throw new ArgumentException($"'{kind}' is not a kind of task."),
    };
}
while (pool.GetSnapshot().Workers.Count(worker => worker.ProcessId is not null) < workers)
    await Task.Delay(1); // until all are ready, which nothing announces
foreach (WorkerSnapshot worker in pool.GetSnapshot().Workers)
    Console.Out.WriteLine(worker.ProcessId);
if (kind == "exiting")
    Environment.Exit(0);
await Task.Delay(Timeout.Infinite);
