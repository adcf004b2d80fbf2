#:package Offloop.Executors@$(OffloopVersion)
using Offloop;

await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1 });
Console.WriteLine($"square {await pool.SubmitAsync(Work.Square, 7)}");

internal static class Work
{
    public static int Square(int number) => number * number;
}
