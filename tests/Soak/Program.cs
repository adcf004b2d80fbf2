using System.Globalization;
using System.Runtime.InteropServices;
using Offloop.Soak;

const string Usage = "Usage: soak [--hours H] [--load L] [--deaths PER-SECOND] [--seed S] [--output DIRECTORY]";
if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("The soak needs Linux, because it reads memory, handles and processes from /proc.");
    return 2;
}
var options = new SoakOptions { Seed = Random.Shared.Next(), Output = Path.Combine("artifacts", "soak") };
for (int i = 0; i < args.Length; i += 2)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    bool isNumber = double.TryParse(value, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) && number >= 0;
    SoakOptions? read = args[i] switch
    {
        "--hours" when isNumber && number is > 0 and <= 1000 => options with { Duration = TimeSpan.FromHours(number) },
        "--load" when isNumber => options with { Load = number },
        "--deaths" when isNumber => options with { Deaths = number },
        "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out int seed) => options with { Seed = seed },
        "--output" when value.Length > 0 => options with { Output = value },
        _ => null,
    };
    if (read is null)
    {
        Console.Error.WriteLine($"'{args[i]} {value}' is not understood. {Usage}");
        return 2;
    }
    options = read;
}

using var end = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
return await SoakRun.RunAsync(options, Console.Out, end.Token) ? 0 : 1;

void End(PosixSignalContext context)
{
    context.Cancel = true;
    end.Cancel();
}
