using Microsoft.Data.Sqlite;

namespace NativeTasks;

public static class Sums
{
    /// <summary>The sum of the numbers from 1 to <paramref name="last"/>, as SQLite computes it.</summary>
    public static long Of(int last)
    {
        using var database = new SqliteConnection("Data Source=:memory:");
        database.Open();
        using SqliteCommand command = database.CreateCommand();
        command.CommandText =
            "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < $last) SELECT sum(n) FROM number";
        _ = command.Parameters.AddWithValue("$last", last);
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The version of the command line parser that this assembly was built with.</summary>
    public static string ParserVersion(string _) => typeof(CommandLine.Parser).Assembly.GetName().Version!.ToString();
}
