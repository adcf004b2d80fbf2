using System.Text;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Running;
using Offloop.Coordinator.Serving;

namespace Offloop.Coordinator;

internal static class Program
{
    private static int Main(string[] args)
    {
        try
        {
            return CommandReader.Read(args) switch
            {
                Command.Run run => new FetchRun(run.Settings).Execute(),
                Command.Serve serve => ServerRun.Execute(serve.Settings),
                Command.Help => Print(HelpText.Text),
                Command.Version => Print($"coordinator {typeof(Program).Assembly.GetName().Version?.ToString(3)}\n"),
                var unknown => throw new InvalidOperationException($"The command {unknown} is not handled."),
            };
        }
        catch (UsageException error)
        {
            Console.Error.WriteLine($"coordinator: {error.Message}");
            return ExitCode.Usage;
        }
        catch (ClosedOutputException)
        {
            return ExitCode.Ok; // the reader has seen enough
        }
    }

    private static int Print(string text)
    {
        try
        {
            StandardOutput.Write(Encoding.UTF8.GetBytes(text));
            return ExitCode.Ok;
        }
        catch (IOException error) when (error is not ClosedOutputException)
        {
            Console.Error.WriteLine($"coordinator: stdout cannot be written: {error.Message}");
            return ExitCode.Failed;
        }
    }
}
