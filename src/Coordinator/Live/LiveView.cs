using Offloop.Coordinator.Output;
using Spectre.Console;

namespace Offloop.Coordinator.Live;

/// <summary>Draws the live view, on threads of its own, and listens for <c>q</c>.</summary>
internal sealed class LiveView
{
    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LiveOutput _output;
    private readonly Action _drain;
    private readonly Action _kill;
    private readonly Task _drawing;
    private volatile Executor? _executor;
    private volatile string _keys = "q ends the run when its fetches have ended";

    /// <param name="output">What is shown.</param>
    /// <param name="drain">Called at the first <c>q</c>.</param>
    /// <param name="kill">Called at the second.</param>
    public LiveView(LiveOutput output, Action drain, Action kill)
    {
        (_output, _drain, _kill) = (output, drain, kill);
        _drawing = Task.Run(DrawAsync);
        if (Console.IsInputRedirected)
            _keys = "Ctrl+C ends the run";
        else
            new Thread(Listen) { IsBackground = true, Name = "keys" }.UnsafeStart();
    }

    /// <summary>Shows this executor's workers too.</summary>
    public void Watch(Executor executor) => _executor = executor;

    /// <summary>Draws a last time and leaves it there.</summary>
    public void End(TimeSpan patience)
    {
        _end.TrySetResult();
        _drawing.Wait(patience);
    }

    private async Task DrawAsync()
    {
        using var terminal = new ErrorTerminal();
        await terminal.Console.Live(View()).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (!_end.Task.IsCompleted)
            {
                live.UpdateTarget(View());
                await Task.WhenAny(_end.Task, Task.Delay(s_redraw));
            }
            live.UpdateTarget(View());
        });

        PlainLines View()
        {
            (int width, int height) = terminal.Fit();
            LiveFrame frame = _output.Frame(_executor?.GetSnapshot(), _keys);
            return new(frame.Lines(width, height, terminal.Console.Profile.Capabilities.Unicode));
        }
    }

    private void Listen()
    {
        int count = 0;
        while (true)
        {
            if (Console.ReadKey(intercept: true).KeyChar is not ('q' or 'Q'))
                continue;
            _keys = "ending; q again ends it at once";
            if (++count == 1)
                _drain();
            else
                _kill();
        }
    }
}
