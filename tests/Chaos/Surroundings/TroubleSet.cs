namespace Offloop.Chaos.Surroundings;

/// <summary>All troubles, and what they need before the pool is made.</summary>
internal sealed class TroubleSet : IDisposable
{
    private readonly ControlGroup? _processes = ControlGroup.OfProcesses();
    private readonly ControlGroup? _memory = ControlGroup.OfMemory();

    public TemporaryPlace Temporary { get; } = new();

    /// <summary>The troubles of a pool.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="deaths">Hears of the workers that they end.</param>
    /// <param name="word">A word that their names have; null for all.</param>
    public Trouble[] For(ProcessPoolExecutor pool, Deaths deaths, string? word) =>
        [.. All(pool, deaths).Where(trouble => word is null || trouble.Name.Contains(word, StringComparison.Ordinal))];

    private Trouble[] All(ProcessPoolExecutor pool, Deaths deaths) =>
    [
        new KillBurst(pool, Temporary.Path, deaths), new Cleaner(Temporary), new FullDirectory(Temporary),
        new ReadOnlyDirectory(Temporary), new HandleLimit(), new ProcessLimit(_processes, Temporary.Path),
        new MemoryLimit(_memory, Temporary.Path), new PausedCaller(), new PausedWorkers(Temporary.Path),
    ];

    public void Dispose()
    {
        Temporary.Dispose();
        _memory?.Dispose();
        _processes?.Dispose();
    }
}
