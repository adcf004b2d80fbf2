using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Offloop.Diagnostics.Dumps;

/// <summary>Has the runtime's own tool write the memory of a worker.</summary>
internal static class DumpWriter
{
    private static string Tool => Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), OperatingSystem.IsWindows() ? "createdump.exe" : "createdump");

    /// <summary>Writes the memory; returns why it could not be, in one sentence, or null.</summary>
    public static async Task<string?> WriteAsync(int processId, string file, DumpContent content, TimeSpan timeout)
    {
        if (!File.Exists(Tool))
            return "createdump is not beside the runtime, as is so in a single file; publish without PublishSingleFile";
        var start = new ProcessStartInfo(
            Tool, [OptionOf(content), "--name", Escaped(file), processId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var late = new CancellationTokenSource(timeout);
        try
        {
            using Process tool = Process.Start(start)!;
            Task<string> output = tool.StandardOutput.ReadToEndAsync(late.Token);
            Task<string> errors = tool.StandardError.ReadToEndAsync(late.Token);
            try
            {
                await tool.WaitForExitAsync(late.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                tool.Kill();
                throw;
            }
            if (tool.ExitCode == 0 && File.Exists(file))
                return null;
            string said = await errors.ConfigureAwait(false) + await output.ConfigureAwait(false);
            return string.Create(
                CultureInfo.InvariantCulture, $"createdump ended with code {tool.ExitCode}: {said.ReplaceLineEndings(" ").Trim()}");
        }
        catch (OperationCanceledException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it was not done within {timeout.TotalSeconds:0.###} s");
        }
        catch (Exception error) when (error is Win32Exception or IOException or InvalidOperationException)
        {
            return $"createdump could not be run: {error.Message}";
        }
    }

    /// <summary>The name of a file as the runtime takes it, which puts facts in the place of <c>%p</c> and its like.</summary>
    public static string Escaped(string path) => path.Replace("%", "%%", StringComparison.Ordinal);

    private static string OptionOf(DumpContent content) => content switch
    {
        DumpContent.Stacks => "--triage",
        DumpContent.Heap => "--withheap",
        _ => "--full",
    };
}
