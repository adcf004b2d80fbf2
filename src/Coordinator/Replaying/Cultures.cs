using System.Globalization;
using System.Runtime.InteropServices;

namespace Offloop.Coordinator.Replaying;

/// <summary>The data of cultures. This program does without, but a task that is replayed may have failed because of its culture.</summary>
internal static class Cultures
{
    private const string Switch = "System.Globalization.Invariant";
    private const string Variable = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>Whether this process has the data.</summary>
    public static bool AreThere { get; private set; }

    /// <summary>Lets this process have the data, if the system does. It is of no use once anything has asked for a culture.</summary>
    public static void Load()
    {
        AreThere = Environment.GetEnvironmentVariable(Variable) is null or "0" or "false" && SystemHasThem();
        if (AreThere)
            AppContext.SetSwitch(Switch, false);
    }

    /// <summary>Gives the calling thread the cultures with these names. What it does not know is told, and is the invariant one.</summary>
    public static void Enter(string? culture, string? uiCulture)
    {
        CultureInfo.CurrentCulture = Find(culture);
        CultureInfo.CurrentUICulture = Find(uiCulture);
    }

    private static CultureInfo Find(string? name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name ?? "");
        }
        catch (CultureNotFoundException)
        {
            Console.Error.WriteLine(
                $"coordinator: The culture {name} is not known here, because there is no data of cultures; the task runs in the invariant "
                + "one.");
            return CultureInfo.InvariantCulture;
        }
    }

    /// <summary>The runtime ends a process that looks for ICU where there is none, so it is looked for in the same places before.</summary>
    private static bool SystemHasThem()
    {
        const int Oldest = 50, Newest = 100; // the versions that the runtime takes
        return OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
            || Enumerable.Range(Oldest, Newest - Oldest + 1).Any(static version => NativeLibrary.TryLoad($"libicuuc.so.{version}", out _));
    }
}
