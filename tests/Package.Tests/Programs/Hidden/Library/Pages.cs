namespace Library;

/// <summary>An API that says nothing of pools.</summary>
public static class Pages
{
    public static Task<string> CheckAsync() => Checks.PoolCheck.RunAsync();

    public static void Note() => Checks.PoolCheck.NoteMain();
}
