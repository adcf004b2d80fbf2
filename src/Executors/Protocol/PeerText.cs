namespace Offloop.Protocol;

/// <summary>Texts in which a peer may have had a part, on their way into a log line or a message.</summary>
internal static class PeerText
{
    private const int MaxLine = 300;

    /// <summary>The first line of a text that a peer may have had a part in, cut, and without control characters.</summary>
    public static string OneLine(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan(0, Math.Min(text.Length, MaxLine));
        int end = start.IndexOfAny('\r', '\n');
        return string.Create(end < 0 ? start.Length : end, text, static (line, text) =>
        {
            for (int i = 0; i < line.Length; i++)
                line[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
    }
}
