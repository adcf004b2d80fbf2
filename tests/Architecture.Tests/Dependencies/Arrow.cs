namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>A file that uses a type of another folder. Paths are relative to the project.</summary>
/// <param name="File">The file that uses the type.</param>
/// <param name="Line">The line in it, counted from 1.</param>
/// <param name="Type">The name of the type.</param>
/// <param name="DeclaredIn">The file that declares the type.</param>
internal sealed record Arrow(string File, int Line, string Type, string DeclaredIn)
{
    public override string ToString() => $"{File}:{Line} -> {Type} ({DeclaredIn})";
}
