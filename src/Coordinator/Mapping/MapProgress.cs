using Offloop.Coordinator.Output;
using Spectre.Console;

namespace Offloop.Coordinator.Mapping;

/// <summary>Shows on stderr how far a map is: a bar in a terminal, elsewhere a line now and then.</summary>
internal sealed class MapProgress : IAsyncDisposable
{
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_line = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MapMeter _meter;
    private readonly Task _showing;

    private MapProgress(MapMeter meter, Func<MapProgress, Task> show)
    {
        _meter = meter;
        _showing = Task.Run(() => show(this));
    }

    /// <summary>Starts to show it.</summary>
    /// <param name="meter">Tells how far the map is.</param>
    /// <param name="terminal">Where a bar can be drawn; null for lines.</param>
    public static MapProgress Start(MapMeter meter, ErrorTerminal? terminal) => new(
        meter,
        progress => terminal is { Console.Profile.Capabilities.Ansi: true } ? progress.DrawAsync(terminal) : progress.TellAsync());

    /// <summary>Stops, and takes the bar away.</summary>
    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _showing;
    }

    /// <summary>The bar and the lines under it. The bar is as wide as the terminal; a line that is wider is wrapped by who draws it.
    /// </summary>
    public static string[] Lines(MapReading reading, int width, bool unicode)
    {
        (char full, char empty) = unicode ? ('━', '─') : ('#', '-');
        string speed = reading.Share is { } share ? $" {share * 100,3:0} %  {reading.Speed}" : $" {reading.Speed}";
        int bar = Math.Max(0, width - speed.Length - 1);
        int filled = (int)Math.Round((reading.Share ?? 0) * bar);
        string first = reading.Share is null ? speed[1..] : $"{new string(full, filled)}{new string(empty, bar - filled)}{speed}";
        string second = $"{reading.Counts}; {reading.Crew}";
        return second.Length < width ? [first, second] : [first, reading.Counts, reading.Crew];
    }

    private async Task DrawAsync(ErrorTerminal terminal)
    {
        IAnsiConsole console = terminal.Console;
        await console.Live(View()).AutoClear(true).StartAsync(async live =>
        {
            while (!_end.Task.IsCompleted)
            {
                live.UpdateTarget(View());
                await Task.WhenAny(_end.Task, Task.Delay(s_redraw));
            }
        });

        Spectre.Console.Text View()
        {
            int width = terminal.Fit().Width;
            return new(string.Join('\n', Lines(_meter.Read(), width, console.Profile.Capabilities.Unicode)));
        }
    }

    private async Task TellAsync()
    {
        while (await Task.WhenAny(_end.Task, Task.Delay(s_line)) != _end.Task)
        {
            MapReading reading = _meter.Read();
            string share = reading.Share is { } known ? $"{known * 100:0} %, " : "";
            Console.Error.WriteLine($"map: {share}{reading.Speed}; {reading.Counts}; {reading.Crew}");
        }
    }
}
