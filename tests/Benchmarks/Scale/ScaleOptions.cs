using System.Globalization;

namespace Offloop.Benchmarks.Scale;

/// <summary>Which nodes a requirement of the simulation fits.</summary>
internal enum Fit
{
    /// <summary>Every node.</summary>
    All,

    /// <summary>The nodes of one label set.</summary>
    One,

    /// <summary>None: its tasks wait for ever, beside tasks that require nothing.</summary>
    Nobody,
}

/// <summary>One cluster to simulate, and how long.</summary>
internal sealed record ScaleOptions
{
    public const string Usage =
        "scale [--nodes N] [--slots N] [--labels N] [--requirements N] [--fit all|one|nobody] [--queued N] [--ends N] [--busy PERCENT] "
        + "[--alone N] [--seconds S]";

    private const int Most = 10_000_000;

    /// <summary>What the row of a table is called.</summary>
    public string Name { get; init; } = "as asked";

    public int Nodes { get; init; } = 1_000;

    /// <summary>How many tasks a node runs at once.</summary>
    public int Slots { get; init; } = 64;

    /// <summary>How many different label sets the nodes have.</summary>
    public int Labels { get; init; } = 1;

    /// <summary>How many different requirements the tasks have; 0 if they run anywhere.</summary>
    public int Requirements { get; init; }

    public Fit Fit { get; init; } = Fit.All;

    /// <summary>How many tasks wait in the queue.</summary>
    public int Queued { get; init; } = 10_000;

    /// <summary>How many ends a report of a node brings.</summary>
    public int Ends { get; init; } = 1;

    /// <summary>How many of all slots are busy, in percent; below 100 no task waits that some node could run.</summary>
    public int Busy { get; init; } = 100;

    /// <summary>How many nodes were lost with tasks that may be the reason, so that each of these runs alone on a node.</summary>
    public int Alone { get; init; }

    /// <summary>How long each measurement takes, its preparation apart.</summary>
    public double Seconds { get; init; } = 1;

    /// <summary>Whether one cluster is asked for, in place of the tables of many.</summary>
    public bool IsOne { get; init; }

    /// <summary>Returns null if the arguments are not understood, with what is not in <paramref name="wrong"/>.</summary>
    public static ScaleOptions? TryParse(string[] args, out string wrong)
    {
        var options = new ScaleOptions();
        wrong = "";
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : "";
            bool isCount = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= Most;
            bool isPositive = isCount && count > 0;
            ScaleOptions? read = args[i] switch
            {
                "--nodes" when isPositive => options with { Nodes = count, IsOne = true },
                "--slots" when isPositive => options with { Slots = count, IsOne = true },
                "--labels" when isPositive => options with { Labels = count, IsOne = true },
                "--requirements" when isCount && count < 1 << FakeCluster.CommonLabels =>
                    options with { Requirements = count, IsOne = true },
                "--fit" when Enum.TryParse(value, ignoreCase: true, out Fit fit) => options with { Fit = fit, IsOne = true },
                "--queued" when isCount => options with { Queued = count, IsOne = true },
                "--ends" when isPositive => options with { Ends = count, IsOne = true },
                "--busy" when isPositive && count <= 100 => options with { Busy = count, IsOne = true },
                "--alone" when isCount && count < options.Nodes => options with { Alone = count, IsOne = true },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 60 =>
                    options with { Seconds = seconds },
                _ => null,
            };
            if (read is null)
            {
                wrong = $"{args[i]} {value}";
                return null;
            }
            options = read;
        }
        return options;
    }
}
