namespace Offloop.Tests.Launching;

/// <summary>Every kind of program, restored from the package and started in one way.</summary>
public sealed class ProgramKindTests(Feed feed)
{
    /// <summary>They have it from their host, which shows its health and finishes its tasks after a SIGTERM.</summary>
    [Theory]
    [InlineData("WebApi", "health Healthy Degraded Healthy", Explicit = true)]
    [InlineData("WorkerService", "drained 0 1 2 3 4 5, stopping True", Explicit = true)]
    public async Task A_program_with_a_host_has_a_pool(string kind, string words)
    {
        Run run = await Feed.DotnetAsync(feed.Make(kind), "run");
        run.AssertSaid(LaunchFormTests.Held);
        run.AssertSaid(words);
    }

    /// <summary>All kinds of program that can be published, in all ways; one of each is enough for the tests.</summary>
    public static TheoryData<string, string> Published
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string kind in Matrix.IsFull ? ["WebApi", "WorkerService", "Hidden", "FSharp"] : (string[])["WebApi"])
            {
                foreach (string how in Matrix.IsFull ? [.. Matrix.Forms, Matrix.Composite] : Matrix.Forms[1..2])
                    all.Add(kind, how);
            }
            return all;
        }
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Published))]
    public async Task A_published_program_has_a_pool(string kind, string how)
    {
        string directory = feed.Make(kind);
        Run run = await Matrix.PublishAndRunAsync(kind == "Hidden" ? Path.Combine(directory, "Program") : directory, how);
        run.AssertSaid("crash Crash, timeout Timeout, stream 0 1 2, mains 1");
    }

    [Fact(Explicit = true)]
    public async Task A_program_has_a_pool_that_a_library_hides()
    {
        Run run = await Feed.DotnetAsync(Path.Combine(feed.Make("Hidden"), "Program"), "run");
        run.AssertSaid(LaunchFormTests.Held);
    }

    [Fact(Explicit = true)]
    public async Task A_program_in_another_language_has_a_pool()
    {
        Run run = await Feed.DotnetAsync(feed.Make("FSharp"), "run");
        run.AssertSaid("square 49, crash Crash, timeout Timeout, stream 0 1 2, mains 1");
    }

    /// <summary>One that is a program itself, and two in a test host.</summary>
    [Theory]
    [InlineData("XunitV3", "run", Explicit = true)]
    [InlineData("NUnitTests", "test", Explicit = true)]
    [InlineData("MSTestTests", "test", Explicit = true)]
    public async Task A_test_has_a_pool(string kind, string verb)
    {
        string directory = feed.Make(kind);
        Run run = await Feed.DotnetAsync(directory, verb);
        Assert.True(run.ExitCode == 0, run.Output);
        string said = await File.ReadAllTextAsync(Directory.GetFiles(directory, "*.out").Single());
        Assert.Contains(LaunchFormTests.Held, said, StringComparison.Ordinal);
    }
}
