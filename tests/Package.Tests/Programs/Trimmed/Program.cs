using System.Text.Json.Serialization;
using Offloop;

File.AppendAllText(Environment.GetEnvironmentVariable("MAINS")!, $"{Environment.ProcessId}{Environment.NewLine}");
await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
{
    MaxWorkers = 1,
    JsonOptions = static options => options.TypeInfoResolver = Types.Default,
});
Answer answer = await pool.SubmitAsync(static (Question question) => new Answer(question.Number * question.Number), new Question(7));
string crash = "none", timeout = "none", unknown = "none";
try
{
    await pool.SubmitAsync(static (int number) => Environment.FailFast("It crashes as it should."), 0);
}
catch (WorkerLostException error)
{
    crash = $"{error.Failure.Cause}";
}
try
{
    var limit = new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(300) };
    await pool.SubmitAsync(static (int number) => Thread.Sleep(Timeout.Infinite), 0, limit);
}
catch (TaskTimeoutException error)
{
    timeout = $"{error.Failure.Cause}";
}
try
{
    await pool.SubmitAsync(static (Unlisted value) => value.Number, new Unlisted { Number = 1 });
}
catch (ArgumentException)
{
    unknown = "refused";
}
var items = new List<int>();
await foreach (int item in pool.StreamAsync(static (int count) => Enumerable.Range(0, count), 3))
    items.Add(item);
int mains = File.ReadAllLines(Environment.GetEnvironmentVariable("MAINS")!).Length;
Console.WriteLine(
    $"square {answer.Square}, crash {crash}, timeout {timeout}, stream {string.Join(' ', items)}, mains {mains}, "
    + $"a type that the resolver lacks: {unknown}");

internal sealed record Question(int Number);

internal sealed record Answer(int Square);

internal sealed class Unlisted
{
    public int Number { get; set; }
}

[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(int))]
internal sealed partial class Types : JsonSerializerContext;
