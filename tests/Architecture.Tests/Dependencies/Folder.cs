namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>Names of folders. The empty name is the project's root.</summary>
internal static class Folder
{
    public const string Root = "";

    /// <summary>The first folder of a path: <c>Protocol</c> for <c>Protocol/Pipes/DataPipe.cs</c>.</summary>
    public static string Of(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : Root;

    /// <summary>The second folder of a path, or null if the file lies in the first one.</summary>
    public static string? SubfolderOf(string path) => path.Split('/') is [_, var second, _, ..] ? second : null;

    /// <summary>The name as messages show it.</summary>
    public static string Display(string folder) => folder.Length == 0 ? "(root)" : folder + "/";
}
