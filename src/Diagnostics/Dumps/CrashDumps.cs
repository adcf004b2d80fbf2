namespace Offloop.Diagnostics.Dumps;

/// <summary>The settings with which the runtime of a worker writes its memory as it crashes.</summary>
internal static class CrashDumps
{
    public static IEnumerable<(string Name, string? Value)> Variables(DumpFolder folder, DumpContent content)
    {
        yield return ("DOTNET_DbgEnableMiniDump", "1");
        yield return ("DOTNET_DbgMiniDumpName", folder.CrashPattern);
        yield return ("DOTNET_DbgMiniDumpType", content switch
        {
            DumpContent.Stacks => "3",
            DumpContent.Heap => "2",
            _ => "4",
        });
    }
}
