using Offloop;

await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1 });
Console.WriteLine($"here {Word.Say(0)}, in a worker {await pool.SubmitAsync(Word.Say, 0)}");
while (Word.Say(0) == "old")
    await Task.Delay(100);
Console.WriteLine($"here {Word.Say(0)}, in a worker {await pool.SubmitAsync(Word.Say, 0)}");

internal static class Word
{
    public static string Say(int ignored) => "old";
}
