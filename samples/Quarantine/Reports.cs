using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Offloop.Samples.Quarantine;

/// <summary>Reports that a native library computes: SQLite. They run in the workers.</summary>
internal static partial class Reports
{
    public static long Run(int number, TaskContext context)
    {
        // Two reports have a bug. It gives the library a number where it expects a statement, and the library reads memory there.
        // No catch helps against that, and in this process it would be the end of the program.
        if (number == 3)
            _ = Step(statement: number);
        // A crash of the other kind: it comes once and not again.
        if (number == 5 && context.Attempt == 1)
            _ = Step(statement: number);

        using var database = new SqliteConnection("Data Source=:memory:");
        database.Open();
        using SqliteCommand command = database.CreateCommand();
        command.CommandText = "WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < $last) SELECT sum(n) FROM row";
        _ = command.Parameters.AddWithValue("$last", number * 1000);
        return (long)command.ExecuteScalar()!;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_step")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int Step(nint statement);
}
