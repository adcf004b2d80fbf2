using Microsoft.Extensions.Logging;

namespace Offloop.SampleTasks;

/// <summary>The number of lines, the letters in each, and their destination.</summary>
public sealed record FloodOrder(string Where, int Lines, int Letters);

/// <summary>Tasks that write more than anyone reads.</summary>
public static class Floods
{
    /// <summary>Writes the lines and returns their number.</summary>
    public static int Write(FloodOrder order, TaskContext context)
    {
        string line = new('x', order.Letters);
        for (int i = 0; i < order.Lines; i++)
        {
            switch (order.Where)
            {
                case "logger":
#pragma warning disable CA1848, CA2254 // one line in a test
                    context.Logger.LogWarning(line);
#pragma warning restore CA1848, CA2254
                    break;
                case "standard output":
                    Console.Out.WriteLine(line);
                    break;
                case "standard error":
                    Console.Error.WriteLine(line);
                    break;
            }
        }
        return order.Lines;
    }
}
