using Offloop;

namespace Checks;

/// <summary>What no executor accepts, for the analyzer of the package to find. Nobody calls it.</summary>
public static class Mistake
{
    public static Task<int> Capture(Executor executor, int number) => executor.SubmitAsync(() => number + 1);
}
