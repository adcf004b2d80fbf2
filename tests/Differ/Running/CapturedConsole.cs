using System.Text;

namespace Offloop.Differ;

/// <summary>Stands in for a stream of the console, and keeps what is written until a mark comes. Thread-safe.</summary>
internal sealed class CapturedConsole : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Append([value]);

    public override void Write(ReadOnlySpan<char> buffer) => Append(buffer);

    public override void Write(char[] buffer, int index, int count) => Append(buffer.AsSpan(index, count));

    public override void Write(string? value) => Append(value);

    public override void WriteLine(string? value) => Append(value + NewLine);

    /// <summary>Waits for the line of a mark. Returns what came before it, and forgets all of it.</summary>
    public async Task<string> TakeUntilAsync(string mark, TimeSpan patience)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                string text = _text.ToString();
                int at = text.IndexOf(mark + NewLine, StringComparison.Ordinal);
                if (at >= 0)
                {
                    _text.Clear();
                    return text[..at];
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(patience);
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _text.Append(text);
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }
}
