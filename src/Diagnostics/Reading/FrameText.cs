using System.Text.RegularExpressions;
using Microsoft.Diagnostics.Runtime;

namespace Offloop.Diagnostics.Reading;

/// <summary>A frame of a stack in words.</summary>
internal static partial class FrameText
{
    private const string Runner = "Offloop.WorkerHost.Tasks.TaskRunner.";
    private const int MostChars = 300;

    /// <summary>The method with its type and the types of its parameters.</summary>
    public static string Of(ClrMethod method)
    {
        string text = Readable(method.Signature ?? $"{method.Type?.Name}.{method.Name}");
        return text.Length <= MostChars ? text : text[..MostChars] + "…";
    }

    /// <summary>The frames of a task's own, from all of its thread's, the innermost first.</summary>
    public static string[] OfTask(string[] frames)
    {
        int runner = Array.FindIndex(frames, IsOfRunner);
        int end = runner < 0 ? frames.Length : runner;
        while (end > 0 && IsOfWorker(frames[end - 1]))
            end--;
        return frames[..end];
    }

    /// <summary>Whether the frames reach to the start of their thread.</summary>
    public static bool IsWhole(string[] frames) =>
        frames is [.., { } outermost] && outermost.StartsWith("System.Threading.Thread.StartCallback", StringComparison.Ordinal);

    /// <summary>Whether the thread is one that runs tasks.</summary>
    public static bool HasRunner(string[] frames) => Array.Exists(frames, IsOfRunner);

    private static bool IsOfRunner(string frame) => frame.StartsWith(Runner, StringComparison.Ordinal);

    /// <summary>Whether the method is one with which a worker calls a task's method.</summary>
    private static bool IsOfWorker(string frame) =>
        frame.StartsWith("Offloop.WorkerHost.", StringComparison.Ordinal)
        || frame.StartsWith("Offloop.Invocation.", StringComparison.Ordinal)
        || frame.StartsWith("Offloop.Surroundings.", StringComparison.Ordinal);

    /// <summary>Writes a signature as a stack trace has it: the runtime names types with their assemblies,
    /// <c>List`1[[System.Int32, System.Private.CoreLib]]</c>, and this leaves <c>List`1[System.Int32]</c>.</summary>
    internal static string Readable(string signature)
    {
        while (true)
        {
            string shorter = TypeWithAssembly.Replace(signature, "$1");
            if (shorter == signature)
                return signature;
            signature = shorter;
        }
    }

    /// <summary>A type with its assembly in brackets; the type may have balanced brackets.</summary>
    [GeneratedRegex(@"\[((?:[^\[\]]|\[(?<open>)|\](?<-open>))*?)(?(open)(?!)), [^\[\]]+\]")]
    private static partial Regex TypeWithAssembly { get; }
}
