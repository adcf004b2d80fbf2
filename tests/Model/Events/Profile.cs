using Offloop.Model.Seam;

namespace Offloop.Model.Events;

/// <summary>The taste of one episode: how its scheduler is set up, and which tasks and slots it gets.</summary>
internal sealed class Profile(Random random)
{
    private readonly int _windows = random.Next(3) == 0 ? 1 : random.Next(2, 9);
    private readonly int _chunkWindow = random.Next(2) * random.Next(2, 17);
    private readonly bool _hasChunks = random.Next(3) > 0;
    private readonly bool _hasLimits = random.Next(3) == 0;
    private readonly bool _hasTimeouts = random.Next(3) > 0;
    private readonly int _priorities = random.Next(1, 5);
    private bool? _answersAtOnce;

    public SchedulerSetup Setup { get; } = new()
    {
        Capacity = random.Next(2) == 0 ? int.MaxValue : random.Next(1, 11),
        Rejects = random.Next(2) == 0,
        TaskTimeout = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 5_000)) : null,
        Patience = TimeSpan.FromMilliseconds(random.Next(1, 20_000)),
        Grace = TimeSpan.FromMilliseconds(random.Next(3) == 0 ? 0 : random.Next(1, 3_000)),
    };

    /// <summary>How many slots there should be.</summary>
    public int Slots { get; } = random.Next(1, 7);

    /// <summary>How often tasks come, out of 100 events.</summary>
    public int Submits { get; } = random.Next(10, 45);

    /// <summary>How often slots die, out of 1,000 events.</summary>
    public int Deaths { get; } = random.Next(3) == 0 ? 120 : random.Next(0, 30);

    public TaskSpec NewTask(int number) => new()
    {
        Number = number,
        Priority = random.Next(_priorities),
        Timeout = !_hasTimeouts ? null : random.Next(4) switch
        {
            0 => TimeSpan.FromMilliseconds(random.Next(1, 3_000)),
            1 => Timeout.InfiniteTimeSpan,
            _ => null,
        },
        CrashRetries = random.Next(3) == 0 ? random.Next(1, 4) : 0,
        ChunkSize = _hasChunks && random.Next(2) == 0 ? random.Next(1, 8) : null,
        Requires = Rules.Labels[random.Next(Rules.Labels.Length)],
    };

    public SlotSpec NewSlot(int number)
    {
        int concurrency = Rules.Concurrencies[random.Next(Rules.Concurrencies.Length)];
        return new SlotSpec
        {
            Number = number,
            Concurrency = concurrency,
            Window = concurrency - 1 + random.Next(1, _windows + 1),
            ChunkWindow = _chunkWindow,
            AnswersAtOnce = (_answersAtOnce ??= Setup.Capacity == int.MaxValue && random.Next(3) == 0) && random.Next(2) == 0,
            TaskLimit = _hasLimits && random.Next(2) == 0 ? random.Next(1, 20) : long.MaxValue,
            Label = Rules.Labels[random.Next(Rules.Labels.Length)],
        };
    }

    /// <summary>A window for a slot whose tasks have become shorter or longer.</summary>
    public int NewWindow(SlotSpec slot) => slot.Concurrency - 1 + random.Next(1, _windows + 1);
}
