namespace Offloop.Benchmarks.Scenarios;

internal static class Scenario
{
    public static Task<Dictionary<string, double>> MeasureAsync(string name, TimeSpan time) => throw new ArgumentException(name);
}
