namespace Offloop.Tests.Launching;

/// <summary>One program, restored from the package and started in every way that .NET has.</summary>
public sealed class LaunchFormTests(Feed feed)
{
    /// <summary>What each program writes that runs the checks.</summary>
    internal const string Held =
        "square 49, elsewhere True, entry True, launch '', crash Crash, timeout Timeout, stream 0 1 2, mains 1, compiled True";

    /// <summary>Ways to publish. Composite compiles all of the framework, which takes two minutes.</summary>
    public static TheoryData<string> Forms => [.. Matrix.IsFull ? [.. Matrix.Forms, Matrix.Composite] : Matrix.Forms[..1]];

    [Theory(Explicit = true)]
    [MemberData(nameof(Forms))]
    public async Task A_published_program_has_a_pool(string how)
    {
        string directory = feed.Make("Console");
        AssertHeld(await Matrix.PublishAndRunAsync(directory, how));
    }

    [Fact(Explicit = true)] // like those with a host, which the tests run from their projects
    public async Task A_program_that_is_run_from_its_project_has_a_pool() =>
        AssertHeld(await Feed.DotnetAsync(feed.Make("Console"), "run"));

    [Fact(Explicit = true)]
    public async Task A_program_of_one_source_file_has_a_pool()
    {
        Run run = await Feed.DotnetAsync(feed.Make("File"), "run", "program.cs");
        run.AssertSaid("square 49");
    }

    /// <summary>Programs that lack a part of the runtime, and what they say. The native one needs a linker, so it is in the whole matrix
    /// alone.</summary>
    public static TheoryData<string, string> Lean
    {
        get
        {
            var all = new TheoryData<string, string>
            {
                { "Trimmed", "square 49, crash Crash, timeout Timeout, stream 0 1 2, mains 1, a type that the resolver lacks: refused" },
            };
            if (Matrix.IsFull)
                all.Add("Native", "square 49, pool: A process pool cannot be started here");
            return all;
        }
    }

    /// <summary>The trimmer takes the worker host away if nothing keeps it.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Lean))]
    public async Task A_lean_program_has_the_executors_that_it_asked_for(string kind, string words)
    {
        Run run = await Matrix.PublishAndRunAsync(feed.Make(kind), "--use-current-runtime");
        run.AssertSaid(words);
    }

    [Theory]
    [InlineData("-p:PublishAot=true", "NativeAOT", Explicit = true)]
    [InlineData("-p:PublishTrimmed=true", "trimmed", Explicit = true)]
    [InlineData("-p:StartupHookSupport=false", "StartupHookSupport", Explicit = true)]
    public async Task A_publish_that_could_not_start_workers_is_refused_with_the_remedy(string property, string word)
    {
        Run published = await Feed.DotnetAsync(feed.Make("Console"), "publish", "--self-contained", "--use-current-runtime", property);

        Assert.NotEqual(0, published.ExitCode);
        string error = published.Output.Split('\n').First(static line => line.Contains("error OFFLOOP", StringComparison.Ordinal));
        Assert.Contains(word, error, StringComparison.Ordinal);
    }

    private static void AssertHeld(Run run)
    {
        run.AssertSaid(Held);
        run.AssertSaid("native 42, settings hello, satellite Morgen");
    }
}
