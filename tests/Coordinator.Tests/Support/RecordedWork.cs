using System.Globalization;

namespace Offloop.Tests;

/// <summary>Tasks that fail and are run again.</summary>
internal static class RecordedWork
{
    /// <summary>Divides by zero unless the file exists.</summary>
    public static int Divide(Division division) => division.Of / (File.Exists(division.Unless) ? 1 : 0);

    /// <summary>Yields what is around it, and then throws.</summary>
    public static IEnumerable<string> Count(int count)
    {
        for (int i = 0; i < count; i++)
        {
            string mode = Environment.GetEnvironmentVariable("OFFLOOP_TEST_MODE") ?? "";
            yield return $"{i} {mode} {Path.GetFileName(Environment.CurrentDirectory)} {CultureInfo.CurrentCulture.Name}";
        }
        throw new InvalidDataException("torn");
    }

    public static void Exit(int code) => Environment.Exit(code);
}

internal sealed record Division(int Of, string Unless);
