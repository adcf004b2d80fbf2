using Offloop.Invocation;
using Offloop.Protocol;
using Offloop.WorkerHost.Link;
using Offloop.WorkerHost.Tasks;

namespace Offloop.WorkerHost.Start;

/// <summary>The worker, from the first line of its input to its end.</summary>
internal static class WorkerProgram
{
    /// <summary>Runs tasks until the coordinator asks the worker to leave. Returns the exit code.</summary>
    public static int Run()
    {
        // The order matters. The process group comes first: until then a Ctrl+C in the terminal reaches this process too.
        OwnProcess.LeadGroup();
        OwnProcess.KeepHandles();
        WarmUp.Start();
        using Stream input = OwnProcess.TakeStandardInput();
        byte[] line = ReadLine(input);
        LaunchMessage? launch = MessageJson.ReadLine<LaunchMessage>(line);
        // A line of another version may have other fields, so its version is read separately.
        if (launch?.Version != LaunchMessage.CurrentVersion
            && MessageJson.ReadLine<LaunchVersion>(line) is { Version: not LaunchMessage.CurrentVersion } other)
        {
            (int Version, string? File) ours = (LaunchMessage.CurrentVersion, OtherVersion.FileOf(typeof(Watchdog)));
            Console.Error.WriteLine(OtherVersion.Describe(ours, (other.Version, other.Library)));
            return WorkerExitCode.WrongVersion;
        }
        if (launch is null)
        {
            Console.Error.WriteLine("WorkerHost is started by an Offloop process pool and cannot be run by hand.");
            return WorkerExitCode.NoLaunchMessage;
        }
        Watchdog.Start(input, TimeSpan.FromMilliseconds(launch.SilenceLimit));
        if (launch.IsInspected)
            OwnProcess.AllowInspection(launch.CoordinatorProcessId);
        // A task thread is the main thread: it belongs to nobody else, and has the largest stack.
        TaskRunner runner;
        CoordinatorLink link;
        try
        {
            runner = new TaskRunner(new StartMark(launch.StartMarkFile), launch.MaxMessageBytes, launch.Threads)
            {
                StampAtExit = OwnProcess.StampAtExit,
            };
            var trouble = new LinkTrouble(static line => Console.Error.WriteLine(line), EndMisunderstood);
            link = CoordinatorLink.Connect(launch, runner, trouble, out BlockingPipe pipe);
            runner.ReadFrom(pipe);
        }
        catch (IOException error) // somebody has cleaned the temporary directory meanwhile
        {
            Console.Error.WriteLine($"The worker cannot reach its coordinator and ends: {error.Message}");
            return WorkerExitCode.Unreachable;
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine(error.Message);
            return WorkerExitCode.WrongServer;
        }
        TaskAssemblies.Give(launch.TaskAssemblies);
        WarmUp.AwaitConsole();
        if (!runner.WaitForTask(Rehearsal.Delay))
            Rehearsal.Run();
        Application.Become(launch.Application);
        runner.Run(link);
        runner.EndTelemetry();
        link.Dispose();
        runner.Dispose();
        return 0;
    }

    // Nobody knows which tasks the message was about, so none can be answered. The end of this worker tells the
    // coordinator, which settles them.
    private static void EndMisunderstood(string what)
    {
        using Stream error = Console.OpenStandardError(); // a task may have replaced Console.Error
        string line = $"The worker was sent what it does not understand and ends: {what}{Environment.NewLine}";
        error.Write(System.Text.Encoding.UTF8.GetBytes(line));
        OwnProcess.End(WorkerExitCode.ProtocolError);
    }

    private static byte[] ReadLine(Stream input)
    {
        using var line = new MemoryStream();
        for (int next = input.ReadByte(); next is not (-1 or '\n'); next = input.ReadByte())
            line.WriteByte((byte)next);
        return line.ToArray();
    }
}
