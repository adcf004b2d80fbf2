using System.Globalization;
using System.Resources;
using System.Text.Json;
using Checks;
using Microsoft.Data.Sqlite;
using Offloop;

PoolCheck.NoteMain();
Console.WriteLine(await PoolCheck.RunAsync());
await using var pool = new ProcessPoolExecutor(new ProcessPoolOptions { MaxWorkers = 1 });
CultureInfo.CurrentUICulture = new CultureInfo("de");
Console.WriteLine(await pool.SubmitAsync(Surroundings.Look, "select 6 * 7"));

/// <summary>What lies beside the application and in its packages.</summary>
internal static class Surroundings
{
    public static string Look(string query)
    {
        using var connection = new SqliteConnection("Data Source=:memory:"); // a native library
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = query;
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.json")));
        var words = new ResourceManager("Programs.Words", typeof(Surroundings).Assembly); // the German ones are a satellite
        return $"native {command.ExecuteScalar()}, settings {settings.RootElement.GetProperty("greeting")}, "
            + $"satellite {words.GetString("Morning", CultureInfo.CurrentUICulture)}";
    }
}
