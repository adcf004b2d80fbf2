namespace Offloop;

/// <summary>A program that is started as a worker, in place of the worker host that comes with this library: one that speaks the protocol
/// of <c>docs/protocol.md</c>, in whatever language. Immutable.</summary>
public sealed class WorkerCommand
{
    /// <summary>Names the program and its arguments.</summary>
    /// <param name="fileName">A path, or a name that the system looks for in PATH. The process that is started has to connect to the pool
    /// itself: a script that starts the real program must replace itself by it (<c>exec</c>).</param>
    /// <param name="arguments">Passed as they are, without a shell.</param>
    /// <exception cref="ArgumentException">The name is empty, or an argument is null.</exception>
    public WorkerCommand(string fileName, params IEnumerable<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        ArgumentNullException.ThrowIfNull(arguments);
        (FileName, Arguments) = (fileName, [.. arguments]);
        if (Arguments.Contains(null!))
            throw new ArgumentException(
                $"An argument of the command '{fileName}' is null; leave it out or make it empty.", nameof(arguments));
    }

    /// <summary>A path, or a name that the system looks for in PATH.</summary>
    public string FileName { get; }

    /// <summary>The arguments, as they are passed.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The program and its arguments, for logs.</summary>
    public override string ToString() => string.Join(' ', [FileName, .. Arguments]);
}
