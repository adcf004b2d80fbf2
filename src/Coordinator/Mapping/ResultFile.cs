using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Mapping;

/// <summary>An output file. It holds whole lines only, and with what is kept beside it a run can be resumed whenever it ends.</summary>
internal sealed class ResultFile : ResultSink
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly ResumeFile _resume;
    private readonly Func<ResumeState> _state;
    private long _end;
    private bool _hasWritten;
    private InputPosition _saved = InputPosition.Start;

    private ResultFile(string path, FileStream file, Func<ResumeState> state) =>
        (_path, _file, _resume, _state) = (path, file, new ResumeFile(path), state);

    /// <summary>The lines that have their result.</summary>
    public DoneLines Done { get; } = new();

    /// <summary>The place up to which the input must be the same as before.</summary>
    public InputPosition ReadBefore { get; private set; } = InputPosition.Start;

    /// <summary>Opens an output, alone: a second run cannot write to it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="resume">Whether the file may have results already.</param>
    /// <param name="state">Tells the task, and how far the input has been read; any thread may ask.</param>
    /// <exception cref="UsageException">It has results of something else, or is in use, or it cannot be opened.</exception>
    public static ResultSink Open(string path, bool resume, Func<ResumeState> state)
    {
        // On Unix only None keeps other runs away, and it keeps nobody from reading. Windows takes it at its word.
        FileShare share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = Directory.Exists(path) ? "it is a directory" : error.Message.TrimEnd('.');
            throw new UsageException($"--output {path}", $"{reason}; expected a file that can be written and that no other run writes to");
        }
        bool isDevice = !file.CanSeek || Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal);
        if (isDevice && resume)
            throw new UsageException($"--output {path}", "it keeps nothing to resume with; expected a file");
        if (isDevice)
            return new DeviceSink(file);
        var sink = new ResultFile(path, file, state);
        sink.Begin(resume);
        return sink;
    }

    public override void Write(ReadOnlySpan<byte> lines, long last)
    {
        // The place comes before the results, so that there is never a result of a line behind it.
        if (last >= _saved.Lines)
            Save(isDurable: false);
        try
        {
            _file.Position = _end;
            _file.Write(lines);
            _end += lines.Length;
            _hasWritten = true;
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            // The disk is full, say, or the file as long as a file may be, which the runtime calls an argument. Half a line is worth
            // nothing.
            _file.SetLength(_end);
            throw error as IOException ?? new IOException(error.Message, error);
        }
    }

    public override void Sync()
    {
        if (_hasWritten)
            Save(isDurable: true); // and not what was read of an input that was refused
        _file.Flush(flushToDisk: true);
    }

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }

    private void Begin(bool resume)
    {
        if (_file.Length > 0 && !resume)
        {
            throw new UsageException(
                $"--output {_path}", "it has content already; expected --resume to go on with it, or a file that does not exist");
        }
        ReadResults();
        if (_resume.Read(hasResults: _end > 0) is { } before && resume)
        {
            ResumeState now = _state();
            if (before.Task != now.Task)
                throw new UsageException($"--output {_path}", $"it has results of the task {before.Task}, and this one is {now.Task}");
            if (before.IsJson != now.IsJson)
                throw new UsageException("--input-format", $"{_path} has results of lines as {(before.IsJson ? "json" : "text")}");
            (ReadBefore, _saved) = (before.Input, before.Input);
        }
        else
        {
            Save(isDurable: true);
        }
    }

    private void Save(bool isDurable)
    {
        ResumeState state = _state();
        _resume.Write(state, isDurable);
        _saved = state.Input;
    }

    /// <summary>Learns from the file which lines are done, and drops a last line that is torn.</summary>
    private void ReadResults()
    {
        byte[] buffer = new byte[1 << 20];
        int kept = 0;
        for (int read; (read = _file.Read(buffer.AsSpan(kept))) > 0;)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, kept + read);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                long index = ResultLine.IndexOf(rest[..end]) ?? throw new UsageException(
                    $"--output {_path}", $"its line {Done.Count + 1} is no result of map; expected an output of map");
                if (!Done.Add(index))
                    throw new UsageException($"--output {_path}", $"it has two results of line {index}; expected an output of one map");
                _end += end + 1;
            }
            kept = rest.Length;
            rest.CopyTo(buffer);
            if (kept == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
        if (_file.Length > _end)
            _file.SetLength(_end);
    }
}
