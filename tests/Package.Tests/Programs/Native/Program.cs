using System.Text.Json.Serialization;
using Offloop;

await using var threads = new ThreadPoolExecutor(new ThreadPoolOptions
{
    JsonOptions = static options => options.TypeInfoResolver = Types.Default,
});
Answer answer = await threads.SubmitAsync(static (Question question) => new Answer(question.Number * question.Number), new Question(7));
string pool = "made";
try
{
    await using var processes = new ProcessPoolExecutor();
}
catch (InvalidOperationException error)
{
    pool = error.Message;
}
Console.WriteLine($"square {answer.Square}, pool: {pool}");

internal sealed record Question(int Number);

internal sealed record Answer(int Square);

[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class Types : JsonSerializerContext;
