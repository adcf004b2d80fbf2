namespace Offloop.Tests.Support;

/// <summary>Programs by ways to publish them. The tests take a few of each; <c>./build.cmd matrix</c> takes all, and runs the tests that
/// are marked as explicit.</summary>
internal static class Matrix
{
    /// <summary>ReadyToRun of everything in one image.</summary>
    public const string Composite = SelfContained + " -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true";

    private const string SelfContained = "--self-contained --use-current-runtime";

    /// <summary>The options of publish.</summary>
    public static string[] Forms { get; } =
    [
        "", "--use-current-runtime --self-contained false -p:PublishSingleFile=true", SelfContained,
        SelfContained + " -p:PublishSingleFile=true", SelfContained + " -p:PublishReadyToRun=true",
    ];

    /// <summary>Whether all is asked for.</summary>
    public static bool IsFull => Environment.GetEnvironmentVariable("OFFLOOP_MATRIX") == "full";

    /// <summary>Publishes the program in a directory, without a warning, and runs it.</summary>
    public static async Task<Run> PublishAndRunAsync(string directory, string how)
    {
        string[] options = how.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Run published = await Feed.DotnetAsync(directory, ["publish", "--configuration", "Release", "--output", "out", .. options]);
        Assert.True(published.ExitCode == 0, published.Output);
        Assert.DoesNotContain("warning", published.Output, StringComparison.Ordinal);
        string program = OperatingSystem.IsWindows() ? "Program.exe" : "Program";
        return await Feed.ExecuteAsync(directory, Path.Combine(directory, "out", program));
    }
}
