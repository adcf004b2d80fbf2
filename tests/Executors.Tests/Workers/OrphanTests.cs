using System.Diagnostics;
using System.Globalization;

namespace Offloop.Tests.Workers;

/// <summary>The process that owns a pool is killed. Its workers end by themselves, whatever they do.</summary>
public sealed class OrphanTests(ITestOutputHelper output) : SupervisionTests
{
    [Theory(Timeout = Waiting.Hang)]
    [Trait("Conformance", "I109")]
    [InlineData("idle")]
    [InlineData("waiting")]
    [InlineData("looping")]
    [InlineData("native")]
    [InlineData("children")]
    [InlineData("starting")]
    public async Task Workers_are_gone_soon_after_their_owner_was_killed(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks for the processes in /proc.");
        await using var point = new MeetingPoint();
        using Process owner = Start(kind, point);
        HashSet<int> processes = [];
        try
        {
            if (kind == "starting")
                await Waiting.UntilAsync(() => (processes = [.. ChildrenOf(owner.Id)]).Count == 2, "the workers are launched");
            for (int i = 0; i < 2 && kind != "starting"; i++)
            {
                string line = await owner.StandardOutput.ReadLineAsync() ?? throw new IOException("It ended.");
                processes.Add(int.Parse(line, CultureInfo.InvariantCulture));
            }
            if (kind is not ("idle" or "starting"))
            {
                Visitor[] visitors = await point.NextAsync(2);
                processes.UnionWith(visitors.Select(visitor => visitor.ProcessId));
                if (kind == "children")
                    processes.UnionWith(visitors.Select(visitor => int.Parse(visitor.Label, CultureInfo.InvariantCulture)));
            }
            Assert.All(processes, process => Assert.True(Waiting.IsAlive(process)));

            owner.Kill();
            var time = Stopwatch.StartNew();
            foreach (int process in processes)
                await Waiting.UntilGoneAsync(process);

            output.WriteLine($"{processes.Count} processes ({kind}) were gone {time.ElapsedMilliseconds} ms after their owner was killed.");
        }
        finally
        {
            owner.Kill();
            await owner.WaitForExitAsync();
            foreach (int process in processes.Where(Waiting.IsAlive)) // a failed test leaves nothing behind either
                Signal(process, "KILL");
        }
    }

    /// <summary>The children of this process. They have been launched, but need not be ready.</summary>
    private static IEnumerable<int> ChildrenOf(int owner)
    {
        foreach (string path in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int process) && ParentOf(process) == owner)
                yield return process;
        }
    }

    private static int? ParentOf(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // it has ended meanwhile
        }
    }

    private static Process Start(string kind, MeetingPoint point)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "PoolOwner.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, kind, point.For().Port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        })!;
    }
}
