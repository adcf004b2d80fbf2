namespace Offloop.Samples.PythonWorker;

internal sealed record Query(string Word, string[] Among);

internal sealed record Edit(string Before, string After);

/// <summary>What the program in Python can do, as methods to submit. The pool sends the name; the bodies here never run.</summary>
internal static class Spelling
{
    [WorkerEntryPoint("closest")]
    public static string[] Closest(Query query) => throw InPython();

    [WorkerEntryPoint("changes")]
    public static IEnumerable<string> Changes(Edit edit) => throw InPython();

    [WorkerEntryPoint("hang")]
    public static void Hang() => throw InPython();

    private static NotSupportedException InPython() => new("This method is in spelling.py; submit it to a pool that starts that program.");
}
