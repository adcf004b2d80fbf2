using System.Globalization;

namespace Offloop.Coordinator.Clustering;

/// <summary>What has become of a node of the executor.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Change">joined, silent, heard, left or lost.</param>
internal sealed record NodeNews(string Node, string Change)
{
    /// <summary>The node's process, if it has joined.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Where it joined from.</summary>
    public string? Address { get; init; }

    /// <summary>How many tasks it runs at once.</summary>
    public int? Slots { get; init; }

    /// <summary>How many tasks were lost with it.</summary>
    public int? Tasks { get; init; }

    /// <summary>Why it is silent or lost.</summary>
    public string? Reason { get; init; }

    /// <summary>The news for people, without a full stop.</summary>
    public string Sentence => Change switch
    {
        "joined" => string.Create(
            CultureInfo.InvariantCulture, $"{Node} has joined with {Slots} slot{(Slots == 1 ? "" : "s")} (process {ProcessId}, {Address})"),
        "silent" => $"{Node} gets no more for now: {Reason}",
        "heard" => $"{Node} gets work again",
        "lost" => string.Create(CultureInfo.InvariantCulture, $"{Node} is lost with {Tasks} task{(Tasks == 1 ? "" : "s")}: {Reason}"),
        _ => $"{Node} has left",
    };
}
