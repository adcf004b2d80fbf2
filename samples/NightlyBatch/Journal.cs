using System.Text.Json;

namespace Offloop.Samples.NightlyBatch;

/// <summary>How one item ended: a line of the file.</summary>
internal sealed record Entry(int Item, string? Result, string? Error);

/// <summary>A file with a line of JSON for each item that has ended.</summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream _file;

    public Journal(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        byte[] content = new byte[_file.Length];
        _file.ReadExactly(content);
        // A kill in the middle of a write leaves a line without its end. Its item runs again.
        int end = content.AsSpan().LastIndexOf((byte)'\n') + 1;
        _file.SetLength(end);
        _file.Position = end;
        using var lines = new StreamReader(new MemoryStream(content, 0, end));
        while (lines.ReadLine() is { } line)
            Entries.Add(JsonSerializer.Deserialize<Entry>(line)!);
    }

    public List<Entry> Entries { get; } = [];

    /// <summary>Adds a line. The system has it when this returns, so a kill of this process loses nothing of it.</summary>
    public void Append(Entry entry)
    {
        _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry), (byte)'\n']);
        _file.Flush(); // Flush(flushToDisk: true) also survives a loss of power, and takes milliseconds
        Entries.Add(entry);
    }

    public void Dispose() => _file.Dispose();
}
