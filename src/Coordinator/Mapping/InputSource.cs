using System.Runtime.CompilerServices;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Mapping;

/// <summary>The lines that are to be run: those of the input that have no result yet, and only if the input is the one that the results are
/// of.</summary>
/// <param name="reader">The input.</param>
/// <param name="readBefore">The place up to which it must be the same as before.</param>
/// <param name="name">The name of the output, for the message.</param>
internal sealed class InputSource(LineReader reader, InputPosition readBefore, string? name)
{
    /// <summary>Reads to the end of the input. Lines that were read before are held back until all of them are known to be the same; no
    /// more of them lack a result than were under way when the earlier run ended.</summary>
    /// <param name="isWanted">Whether a line is to be run. It is asked once for each line.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="UsageException">It is another input.</exception>
    public async IAsyncEnumerable<InputLine> ReadAsync(
        Func<InputLine, bool> isWanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = new List<InputLine>();
        bool isKnown = readBefore.Lines == 0;
        await foreach (InputLine line in reader.ReadAsync(cancellationToken))
        {
            if (isKnown)
            {
                if (isWanted(line))
                    yield return line;
                continue;
            }
            if (isWanted(line))
                held.Add(line);
            if (line.Index + 1 < readBefore.Lines)
                continue;
            if (reader.Position != readBefore)
                throw Other();
            isKnown = true;
            foreach (InputLine earlier in held)
                yield return earlier;
            held = [];
        }
        if (!isKnown)
            throw Other();
    }

    private UsageException Other() => new(
        $"--output {name}",
        $"the first {readBefore.Lines} lines of the input are not those that it has results of; expected the same input, or another "
        + "output");
}
