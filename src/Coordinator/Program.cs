using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Replaying;

namespace Offloop.Coordinator;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["replay", ..])
            Cultures.Load(); // before anything asks for one
        try
        {
            switch (CommandReader.Read(args, Verbs.Catalog()))
            {
                case Cli.Request.Print text:
                    return StandardOutput.Print(text.Text);
                case Cli.Request.Run(var verb):
                    using (verb)
                        return verb.Execute();
                case var unknown:
                    throw new InvalidOperationException($"The request {unknown} is not handled.");
            }
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
}
