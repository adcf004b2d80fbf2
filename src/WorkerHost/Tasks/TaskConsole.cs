using System.Text;
using Offloop.Protocol;

namespace Offloop.WorkerHost.Tasks;

/// <summary>What stands in for <see cref="Console.Out"/> and <see cref="Console.Error"/> in a worker: it marks each line with the task that
/// writes it, on whatever thread, and passes it on at once, so that nothing is lost in a crash. Thread-safe.</summary>
internal sealed class TaskConsole(Stream stream) : TextWriter
{
    private const int MaxChars = 4 << 10; // a piece; the coordinator cuts longer lines

    private static readonly AsyncLocal<TaskContext?> s_task = new();
    private static TaskConsole[] s_installed = [];

    private readonly Lock _lock = new();
    private readonly Dictionary<long, string> _open = []; // lines without an end so far, with half of a surrogate pair that waits
    private volatile bool _hasOpen; // most tasks leave none, and need no lock

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Puts one in place of the standard output, and one in place of the standard error.</summary>
    public static void Install()
    {
        s_installed = [new TaskConsole(Console.OpenStandardOutput()), new TaskConsole(Console.OpenStandardError())];
        Console.SetOut(s_installed[0]);
        Console.SetError(s_installed[1]);
    }

    /// <summary>From here on, what this thread writes, and everything that it starts, is the task's.</summary>
    public static void Enter(TaskContext task) => s_task.Value = task;

    /// <summary>Ends a line of a task that has ended without doing so.</summary>
    public static void Leave(long task)
    {
        foreach (TaskConsole console in s_installed)
            console.EndLine(task);
    }

    public override void Write(char value) => Put([value]);

    public override void Write(char[] buffer, int index, int count) => Put(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Put(buffer);

    public override void Write(string? value) => Put(value);

    public override void WriteLine(string? value) => Put(value + NewLine);

    private void Put(ReadOnlySpan<char> text)
    {
        long task = s_task.Value?.TaskId ?? 0;
        lock (_lock)
        {
            string whole = _open.GetValueOrDefault(task, "") + text.ToString();
            if (whole.Length == 0)
                return;
            int held = char.IsHighSurrogate(whole[^1]) ? 1 : 0;
            var record = new StringBuilder(whole.Length + 16);
            ReadOnlySpan<char> rest = whole.AsSpan(0, whole.Length - held);
            bool ended = false;
            while (!rest.IsEmpty)
                rest = rest[AppendPiece(record, task, rest, out ended)..];
            if (ended && held == 0)
                _open.Remove(task);
            else
                _open[task] = whole[^held..];
            _hasOpen = _open.Count > 0;
            Send(record.ToString());
        }
    }

    /// <summary>Appends a line, or as much of it as there is. Returns how many characters that were.</summary>
    private static int AppendPiece(StringBuilder record, long task, ReadOnlySpan<char> text, out bool ends)
    {
        int length = text.IndexOf('\n');
        ends = length is >= 0 and <= MaxChars;
        if (!ends)
        {
            length = Math.Min(text.Length, MaxChars);
            if (length < text.Length && char.IsHighSurrogate(text[length - 1]))
                length--;
        }
        if (task != 0)
            record.Append(OutputMark.Of(task, ends));
        record.Append(text[..length]);
        if (ends || task != 0)
            record.Append('\n');
        return ends ? length + 1 : length;
    }

    private void EndLine(long task)
    {
        if (!_hasOpen)
            return;
        lock (_lock)
        {
            if (_open.Remove(task, out string? held))
                Send($"{OutputMark.Of(task, ends: true)}{held}\n");
            _hasOpen = _open.Count > 0;
        }
    }

    private void Send(string record)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(record));
            stream.Flush();
        }
        catch (IOException)
        {
            // The coordinator is gone, and the watchdog ends this process.
        }
    }
}
