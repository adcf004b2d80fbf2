using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>How many tasks a worker is given at once, from how long its tasks have taken: as many as it ends in a few messages' time, so
/// that short tasks travel together, and one if tasks are long, so that nothing waits behind them. Reads are thread-safe; one thread
/// writes.</summary>
internal sealed class Pace
{
    private const double BudgetMicroseconds = 2_000;
    private const double Weight = 1.0 / 8;

    // Twice as many tasks may be in flight with their marks as are in the window: some have ended and are not yet reported.
    public const int MaxWindow = StartMark.Words / 4;

    private double _average = double.NaN;
    private volatile int _window = 1;

    public int Window => _window;

    public void Ended(long microseconds)
    {
        // Capped, so that one long task is forgotten after a few dozen short ones.
        double taken = Math.Clamp(microseconds, 1, 10 * BudgetMicroseconds);
        _average = double.IsNaN(_average) ? taken : _average + (taken - _average) * Weight;
        _window = (int)Math.Clamp(BudgetMicroseconds / _average, 1, MaxWindow);
    }

    /// <summary>A task turned out long: until it has ended, nothing is put behind it.</summary>
    public void Stalled()
    {
        _average = BudgetMicroseconds;
        _window = 1;
    }
}
