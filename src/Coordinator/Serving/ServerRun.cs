using System.Net.Sockets;
using System.Text;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Stopping;

namespace Offloop.Coordinator.Serving;

/// <summary>Runs the slow server alone. Ctrl+C or a signal is its regular end.</summary>
internal static class ServerRun
{
    public static int Execute(ServeVerb settings)
    {
        using var interrupted = new ManualResetEventSlim();
        using var interrupts = new Interrupts(ExitCode.Ok, interrupted.Set);
        try
        {
            SlowServer server = SlowServer.Bind(settings);
            server.StartAsync().GetAwaiter().GetResult();
            StandardOutput.Write(Encoding.UTF8.GetBytes($"{server.Url}\n"));
        }
        catch (SocketException error)
        {
            Console.Error.WriteLine(
                $"coordinator: --port {settings.Port}: {error.Message}; expected a port that is free and allowed, or 0 for any free one.");
            return ExitCode.Failed;
        }
        interrupted.Wait();
        return ExitCode.Ok;
    }
}
