using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Offloop.Tests.Support;

/// <summary>Source code to analyze, and what it is compiled with: the framework of this process, and the library.</summary>
internal static class Sources
{
    public static IReadOnlyList<MetadataReference> References { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal) || name is "Offloop.Executors.dll" or "netstandard.dll"
                    or "Microsoft.Extensions.Logging.Abstractions.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    public static CSharpParseOptions Parsing { get; } = new(LanguageVersion.CSharp14);

    public const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;

        """;

    /// <summary>Compiles the files of the table. Throws if they have an error.</summary>
    public static Compilation CompileTable()
    {
        string[] files = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Payloads"), "*.cs")
            .Where(static file => !file.EndsWith("Tests.cs", StringComparison.Ordinal))];
        var compilation = CSharpCompilation.Create(
            "Table",
            [.. files.Select(static file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Parsing, file)),
                CSharpSyntaxTree.ParseText(Usings, Parsing)],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.Empty(compilation.GetDiagnostics().Where(static one => one.Severity == DiagnosticSeverity.Error));
        return compilation;
    }
}
