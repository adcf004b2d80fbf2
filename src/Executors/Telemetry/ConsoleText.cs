namespace Offloop.Telemetry;

/// <summary>Writes to a standard stream of this process, which may be closed, or be a disk that is full.</summary>
internal static class ConsoleText
{
    public static void WriteLine(TextWriter writer, string line)
    {
        try
        {
            writer.WriteLine(line);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Nobody reads it, and there is nowhere else to say so.
        }
    }
}
