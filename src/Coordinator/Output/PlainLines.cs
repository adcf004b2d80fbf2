using Spectre.Console.Rendering;

namespace Offloop.Coordinator.Output;

/// <summary>Lines that are drawn as they are. They fit the terminal already, so nothing is measured or wrapped, which would take time from
/// what is being shown.</summary>
/// <param name="lines">The lines, none longer than the terminal is wide.</param>
internal sealed class PlainLines(IReadOnlyList<string> lines) : IRenderable
{
    public Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (string line in lines)
        {
            yield return new Segment(line);
            yield return Segment.LineBreak;
        }
    }
}
