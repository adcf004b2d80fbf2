using Offloop;
using Offloop.Samples.PythonWorker;

// PythonWorker [INTERPRETER]
string python = args.ElementAtOrDefault(0) ?? "python3";
await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions
{
    MaxWorkers = 1,
    Command = new WorkerCommand(python, Path.Combine(AppContext.BaseDirectory, "spelling.py")),
    CancellationGrace = TimeSpan.Zero,
});

string[] words = ["apple", "ape", "peach", "puppy"];
string[] closest = await pool.SubmitAsync(Spelling.Closest, new Query("appel", words));
Console.WriteLine($"closest: {string.Join(", ", closest)}");

var edit = new Edit("to be or not", "to be and not");
await foreach (string line in pool.StreamAsync(Spelling.Changes, edit))
    Console.WriteLine($"change: {line}");

try
{
    _ = await pool.SubmitAsync(Spelling.Closest, new Query("", words));
}
catch (ArgumentException error)
{
    Console.WriteLine($"a ValueError is an {error.GetType().Name}: {error.Message}");
}

try
{
    await pool.SubmitAsync(Spelling.Hang, new SubmitOptions { Timeout = TimeSpan.FromMilliseconds(300) });
}
catch (TaskTimeoutException error)
{
    Console.WriteLine($"a hang is killed: {error.Failure.Cause}");
}
closest = await pool.SubmitAsync(Spelling.Closest, new Query("pech", words));
Console.WriteLine($"and the next worker goes on: {string.Join(", ", closest)}");
