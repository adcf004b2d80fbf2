using Offloop.Protocol;
using Offloop.WorkerHost;

// The order matters. The process group comes first: until then a Ctrl+C in the terminal reaches this process too.
OwnProcess.LeadGroup();
WarmUp.Start();
using Stream input = OwnProcess.TakeStandardInput();
LaunchMessage? launch = ReadLaunchMessage(input);
if (launch is null)
{
    Console.Error.WriteLine("WorkerHost is started by an Offloop process pool and cannot be run by hand.");
    return 2;
}
Watchdog.Start(input);
using var runner = new TaskRunner(launch);
// The tasks run on the main thread: it belongs to nobody else, and has the largest stack.
CoordinatorLink link;
try
{
    link = CoordinatorLink.Connect(launch, runner);
}
catch (InvalidOperationException error)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}
runner.Run(link);
link.Dispose();
return 0;

static LaunchMessage? ReadLaunchMessage(Stream input)
{
    using var line = new MemoryStream();
    for (int next = input.ReadByte(); next is not (-1 or '\n'); next = input.ReadByte())
        line.WriteByte((byte)next);
    return LaunchJson.Read(line.ToArray());
}
