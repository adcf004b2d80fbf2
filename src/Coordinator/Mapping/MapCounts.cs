using System.Globalization;

namespace Offloop.Coordinator.Mapping;

/// <summary>What a map has done so far. One thread at a time counts; any thread may look.</summary>
internal sealed class MapCounts
{
    /// <summary>Lines that were read from the input.</summary>
    public long Read { get; set; }

    /// <summary>Lines that have a result.</summary>
    public long Ok { get; set; }

    /// <summary>Lines that have failed.</summary>
    public long Failed { get; set; }

    /// <summary>Lines that had their result from an earlier run.</summary>
    public long Skipped { get; set; }

    /// <summary>Runs beyond the first one of a line.</summary>
    public long Retried { get; set; }

    /// <summary>Lines whose worker was killed for them: for their time, for their memory, or because it no longer answered.</summary>
    public long Killed { get; set; }

    public long Done => Ok + Failed;

    /// <summary>Lines that were read, and whose task had not ended when the map was stopped.</summary>
    public long Unfinished => Read - Done - Skipped;

    public void Add(LineResult result)
    {
        if (result.Error is null)
            Ok++;
        else
            Failed++;
        Retried += result.Attempt - 1;
    }

    public void Add(TaskFailure? failure)
    {
        Failed++;
        Retried += (failure?.Attempt ?? 1) - 1;
        if (failure?.Cause is FailureCause.Timeout or FailureCause.MemoryLimit or FailureCause.Unresponsive)
            Killed++;
    }

    /// <summary>The final account, one line: what was read is what is listed.</summary>
    public string Account(TimeSpan elapsed)
    {
        string unfinished = Unfinished > 0 ? $", {Unfinished} not finished" : "";
        string troubles = Retried + Killed > 0 ? $"; {Retried} retried, {Killed} killed" : "";
        double rate = Done / Math.Max(elapsed.TotalSeconds, 0.001);
        string speed = rate.ToString(rate < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"lines: {Read} read = {Ok} ok, {Failed} failed, {Skipped} skipped{unfinished}{troubles}; "
            + $"{elapsed.TotalSeconds:0.0} s, {speed}/s");
    }
}
