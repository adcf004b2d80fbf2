using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Offloop.Tests.Architecture.Support;

namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>The sources of one project, compiled in memory. Source generators do not run, so members that they would add are missing;
/// that is tolerated. A text that does not parse is not.</summary>
internal sealed class SourceAssembly
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.CSharp14, DocumentationMode.None);

    private static readonly CSharpCompilationOptions s_compiling =
        new(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>A compilation without sources that references every assembly that this test project does. Others are made from it, so
    /// that the references are read once.</summary>
    private static readonly CSharpCompilation s_platform = CSharpCompilation.Create(
        "Sample",
        references: ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(static path => MetadataReference.CreateFromFile(path)),
        options: s_compiling);

    private static readonly Dictionary<string, SourceAssembly> s_projects = [];
    private static readonly Lock s_lock = new();

    private readonly CSharpCompilation _compilation;

    private SourceAssembly(CSharpCompilation compilation)
    {
        _compilation = compilation;
        SemanticModel[] models = [.. compilation.SyntaxTrees.Select(tree => compilation.GetSemanticModel(tree))];
        Arrows = ArrowReader.Read(models);
        Errors =
        [
            .. compilation.SyntaxTrees.SelectMany(static tree => tree.GetDiagnostics())
                .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
                .Select(static diagnostic => diagnostic.ToString()),
            .. ArrowReader.ReadMissing(models),
        ];
    }

    /// <summary>Every use of a type that is declared in another folder of the same project.</summary>
    public IReadOnlyList<Arrow> Arrows { get; }

    /// <summary>Errors that would make the arrows incomplete: texts that do not parse, and types that are not found.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>The first-level folders that hold sources, and the root if it does.</summary>
    public IReadOnlyList<string> Folders =>
        [.. _compilation.SyntaxTrees.Where(static tree => tree.FilePath.Length > 0).Select(static tree => Folder.Of(tree.FilePath))
            .Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The projects of <c>src</c> by name. A project in the folder of another one counts as that folder.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName).OfType<string>()
            .Where(static name => File.Exists(PathOf(name))).Order(StringComparer.Ordinal)];

    /// <summary>Compiles a project of <c>src</c> and those that it references, each once.</summary>
    public static SourceAssembly OfProject(string name)
    {
        lock (s_lock)
        {
            if (s_projects.TryGetValue(name, out SourceAssembly? known))
                return known;
            string folder = $"src/{name}/";
            MetadataReference[] referenced =
                [.. ReferencesOf(name).Select(static project => OfProject(project)._compilation.ToMetadataReference())];
            return s_projects[name] = Compile(
                name,
                Repository.Files(folder, ".cs").Select(file => (file.Path[folder.Length..], file.Text)).Concat(LinkedInto(name)),
                referenced);
        }
    }

    /// <summary>Compiles sources that are given as text.</summary>
    public static SourceAssembly OfTexts(params (string Path, string Text)[] files) => Compile("Sample", files);

    private static SourceAssembly Compile(string name, IEnumerable<(string Path, string Text)> files, params MetadataReference[] referenced)
    {
        string friends = string.Join('\n', Projects
            .Select(static project => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{project}\")]"));
        var trees = files.Select(static file => CSharpSyntaxTree.ParseText(file.Text, s_parsing, file.Path)).ToList();
        trees.Add(CSharpSyntaxTree.ParseText($"{ImplicitUsings}\n{friends}", s_parsing, path: ""));
        return new SourceAssembly(s_platform.WithAssemblyName(name).AddReferences(referenced).AddSyntaxTrees(trees));
    }

    private static string PathOf(string name) => Path.Combine(Repository.Root, "src", name, name + ".csproj");

    /// <summary>The sources of other projects that a project is compiled with, in the folder where it shows them.</summary>
    private static IEnumerable<(string Path, string Text)> LinkedInto(string name) =>
        from item in XDocument.Load(PathOf(name)).Descendants("Compile")
        where item.Attribute("LinkBase") is not null
        from file in item.Attribute("Include")!.Value.Split(';')
        select ($"{item.Attribute("LinkBase")!.Value}/{Path.GetFileName(file)}", Repository.Read($"src/{name}/{file}").Text);

    private static IEnumerable<string> ReferencesOf(string name) =>
        XDocument.Load(PathOf(name)).Descendants("ProjectReference")
            .Select(static reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
}
