namespace Offloop.Protocol;

/// <summary>Makes text that may come from a peer fit for a log line or a message.</summary>
internal static class PeerText
{
    private const int MaxLine = 300;

    /// <summary>Returns the first line of the text, cut to length and without control characters.</summary>
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
