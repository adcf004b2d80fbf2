using System.Text;
using Offloop.Coordinator.Cli;
using Offloop.Coordinator.Output;
using Offloop.Coordinator.Stopping;
using Spectre.Console;

namespace Offloop.Coordinator.Comparing;

/// <summary>One run of <c>compare</c>.</summary>
internal sealed class Comparison(CompareVerb verb)
{
    /// <summary>Runs to the end and returns the program's exit code.</summary>
    /// <exception cref="UsageException">The report cannot be written.</exception>
    public int Execute()
    {
        using FileStream? report = OpenReport();
        using var interrupted = new CancellationTokenSource();
        using var interrupts = new Interrupts(ExitCode.Interrupted, interrupted.Cancel);
        try
        {
            List<RunTrace> traces = [];
            foreach (Contender contender in Contender.Of(verb))
            {
                string work = $"{DurationText.Format(verb.Duration)} of {Output.Text.Name(verb.Work)}";
                Console.Error.WriteLine($"{contender.Name}: {work}");
                traces.Add(new ChildRun(verb, contender).RunAsync(interrupted.Token).GetAwaiter().GetResult());
            }
            Show(traces);
            report?.Write(Encoding.UTF8.GetBytes(ReportPage.Of(verb, traces)));
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (error is ComparisonException or IOException and not ClosedOutputException)
        {
            Console.Error.WriteLine($"coordinator: {error.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Before the runs, because it would be a pity after them.</summary>
    private FileStream? OpenReport()
    {
        try
        {
            return verb.Report is { } path ? new FileStream(path, FileMode.Create, FileAccess.Write) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = Directory.Exists(verb.Report) ? "it is a directory" : error.Message.TrimEnd('.');
            throw new UsageException($"--report {verb.Report}", $"{reason}; expected a file that can be written");
        }
    }

    private static void Show(List<RunTrace> traces)
    {
        var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            Out = new AnsiConsoleOutput(Console.IsOutputRedirected ? text : Console.Out),
        });
        var table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumn("");
        foreach (RunTrace trace in traces)
            table.AddColumn(new TableColumn(trace.Contender.Name).RightAligned());
        foreach ((string name, Func<RunTrace, string> value) in Measures.All)
            table.AddRow([new Spectre.Console.Text(name), .. traces.Select(trace => new Spectre.Console.Text(value(trace)))]);
        console.Write(table);
        foreach (string line in LagChart.Lines(traces, console.Profile.Width, console.Profile.Capabilities.Unicode))
            console.WriteLine(line);
        if (Console.IsOutputRedirected)
            StandardOutput.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
