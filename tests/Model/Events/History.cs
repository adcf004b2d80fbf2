using System.Globalization;
using System.Text;

namespace Offloop.Model.Events;

/// <summary>The last events of a run, each with the scheduler's answers.</summary>
internal sealed class History
{
    private const int Kept = 30;
    private readonly Queue<(long Number, string Event, List<string> Answers)> _events = new();
    private List<string> _answers = [];

    public long Count { get; private set; }

    public void Begin(string what)
    {
        if (_events.Count == Kept)
            _events.Dequeue();
        _answers = [];
        _events.Enqueue((++Count, what, _answers));
    }

    public void Tell(string answer) => _answers.Add(answer);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((long number, string what, List<string> answers) in _events)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{number,8}  {what}");
            foreach (string answer in answers)
                text.AppendLine(CultureInfo.InvariantCulture, $"{"",10}  -> {answer}");
        }
        return text.ToString();
    }
}
