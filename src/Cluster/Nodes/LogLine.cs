using System.Globalization;
using Microsoft.Extensions.Logging;
using Offloop.Cluster.Messages;

namespace Offloop.Cluster.Nodes;

/// <summary>Sends what tasks log. If the executor does not take it as fast as it is written, lines are left out, and the next one of the
/// task says how many: they must neither fill the node's memory nor hold up the ends of tasks. Thread-safe.</summary>
internal sealed class LogLine(TaskLine<NodeReport> reports)
{
    /// <summary>Lines are left out while so many characters are on their way.</summary>
    public const int MostCharacters = 4 << 20;

    private const int Overhead = 128; // of a line, so that short ones count too

    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _leftOut = [];
    private long _onTheirWay;

    public void Send(int sequence, LogLevel level, string text)
    {
        int before;
        lock (_lock)
        {
            if (_onTheirWay >= MostCharacters)
            {
                _leftOut[sequence] = _leftOut.GetValueOrDefault(sequence) + 1;
                return;
            }
            _leftOut.Remove(sequence, out before);
            _onTheirWay += text.Length + Overhead;
        }
        Tell(sequence, before);
        _ = SendAsync(new LogReport(sequence, level, text));
    }

    /// <summary>The task has ended.</summary>
    public void End(int sequence)
    {
        int before;
        lock (_lock)
            _leftOut.Remove(sequence, out before);
        Tell(sequence, before);
    }

    private void Tell(int sequence, int leftOut)
    {
        if (leftOut == 0)
            return;
        string lines = leftOut == 1 ? "1 line is" : string.Create(CultureInfo.InvariantCulture, $"{leftOut} lines are");
        string text = $"{lines} left out here: the executor has not taken the log as fast as it was written.";
        reports.Send(sequence, new LogReport(sequence, LogLevel.Warning, text));
    }

    private async Task SendAsync(LogReport line)
    {
        try
        {
            await reports.SendAsync(line.Sequence, line).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return; // the session is over
        }
        lock (_lock)
            _onTheirWay -= line.Text.Length + Overhead;
    }
}
