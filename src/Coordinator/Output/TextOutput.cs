using System.Globalization;
using System.Text;
using Offloop.Coordinator.Statistics;

namespace Offloop.Coordinator.Output;

/// <summary>Writes the ticks to stdout and everything else to stderr.</summary>
internal sealed class TextOutput(bool verbose) : RunOutput(verbose)
{
    public override void Tick(DateTimeOffset time, TimeSpan lag) =>
        StandardOutput.Write(Encoding.ASCII.GetBytes(time.ToString("yyyy-MM-dd HH:mm:ss.ffffff\n", CultureInfo.InvariantCulture)));

    public override void Summary(RunSummary summary) => Console.Error.Write(Text.Of(summary));
}
