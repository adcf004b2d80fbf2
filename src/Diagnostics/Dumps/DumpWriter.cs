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

    /// <summary>Writes the memory; returns why it could not be, in one sentence, or null. The time is the task's: its end kills the tool
    /// with this process.</summary>
    public static string? Write(DumpRequest request)
    {
        if (!File.Exists(Tool))
            return "createdump is not beside the runtime, as is so in a single file; publish without PublishSingleFile";
        var start = new ProcessStartInfo(
            Tool, [OptionOf(request.Content), "--name", Escaped(request.File), request.ProcessId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process tool = Process.Start(start)!;
            Task<string> output = tool.StandardOutput.ReadToEndAsync();
            string errors = tool.StandardError.ReadToEnd();
            tool.WaitForExit();
            if (tool.ExitCode == 0 && File.Exists(request.File))
                return null;
            string said = (errors + output.GetAwaiter().GetResult()).ReplaceLineEndings(" ").Trim();
            return string.Create(CultureInfo.InvariantCulture, $"createdump ended with code {tool.ExitCode}: {said}");
        }
        catch (Exception error) when (error is Win32Exception or IOException)
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
