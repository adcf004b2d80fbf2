// Cultures [invariant]
//     Submits tasks from a culture of this program, on each executor, and prints what they find: one line for each task. With "invariant"
//     the workers know only the invariant culture.
using System.Globalization;
using Offloop;
using Offloop.SampleTasks;

Dictionary<string, string?> environment = args is ["invariant"] ? new() { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" } : [];
Executor[] executors =
[
    new InlineExecutor(), new ThreadPoolExecutor(new ThreadPoolOptions { MaxWorkers = 1 }),
    new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1, Environment = environment }),
];
foreach (Executor executor in executors)
{
    await using (executor)
    {
        Console.Out.WriteLine(await TryAsync(executor, "", ""));
        Console.Out.WriteLine(await TryAsync(executor, "de-DE", "fr-FR"));
        Console.Out.WriteLine(await TryAsync(executor, "", ""));
    }
}

static async Task<string> TryAsync(Executor executor, string culture, string uiCulture)
{
    Task<Found> look;
    Task<(string Number, string? ThreadName)> write;
    (CultureInfo before, CultureInfo uiBefore) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
    try
    {
        // A culture that can be changed, as programs make it.
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (new CultureInfo(culture), new CultureInfo(uiCulture));
        (look, write) = (executor.SubmitAsync(Surrounded.Look), executor.SubmitAsync(Surrounded.Write));
    }
    finally
    {
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, uiBefore);
    }
    try
    {
        Found found = await look;
        return $"{executor.GetType().Name}: '{found.Culture}' '{found.UICulture}' {(await write).Number}";
    }
    catch (ExecutorException error)
    {
        return $"{executor.GetType().Name}: {error.Failure.Cause} {error.Failure.Phase}: {error.Message}";
    }
}
