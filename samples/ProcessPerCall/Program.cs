using System.Diagnostics;
using System.Globalization;
using Offloop;
using Offloop.Samples.ProcessPerCall;

// ProcessPerCall --one NUMBER is the program that is started for each call: it prints one result and ends.
if (args is ["--one", string given])
{
    Console.WriteLine(Checksum.Of(int.Parse(given, CultureInfo.InvariantCulture)));
    return;
}

int calls = args is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 10;
string[] before = new string[calls];
var clock = Stopwatch.StartNew();
for (int i = 0; i < calls; i++)
    before[i] = await StartOneAsync(i);
TimeSpan processes = clock.Elapsed;

string[] after = new string[calls];
clock.Restart();
await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1 });
_ = await pool.SubmitAsync(Checksum.Of, 0); // the only call that waits for a process to start
TimeSpan start = clock.Elapsed;
clock.Restart();
for (int i = 0; i < calls; i++)
    after[i] = await pool.SubmitAsync(Checksum.Of, i);
TimeSpan tasks = clock.Elapsed;

Console.WriteLine($"the same {calls} results: {before.SequenceEqual(after)}");
Console.WriteLine($"a process for each call: {processes.TotalMilliseconds / calls:F1} ms a call");
Console.WriteLine($"a pool: {start.TotalMilliseconds:F0} ms to start, then {tasks.TotalMilliseconds / calls:F2} ms a call");
Console.WriteLine($"ratio: {processes / tasks:F0} to 1");

// What a pool replaces: a process that is started, asked by its arguments, and read from its standard output.
static async Task<string> StartOneAsync(int number)
{
    string[] arguments = ["exec", typeof(Checksum).Assembly.Location, "--one", number.ToString(CultureInfo.InvariantCulture)];
    using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
    string text = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    return process.ExitCode == 0 ? text.Trim() : throw new InvalidOperationException($"It ended with {process.ExitCode}.");
}
