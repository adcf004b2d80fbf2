using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Offloop.Tests.Content;

/// <summary>What lies in the packages.</summary>
public sealed class PackageTests(Feed feed)
{
    [Fact]
    public void The_library_has_the_worker_host_beside_it_and_targets_and_analyzers_for_those_who_reference_it()
    {
        using ZipArchive package = ZipFile.OpenRead(Feed.Package);
        string[] files = [.. package.Entries.Select(static entry => entry.FullName)];
        Assert.Contains("lib/net10.0/Offloop.Executors.dll", files);
        Assert.Contains("lib/net10.0/Offloop.WorkerHost.dll", files);
        Assert.Contains("buildTransitive/Offloop.Executors.targets", files);
        Assert.Contains("analyzers/dotnet/cs/Offloop.Analyzers.dll", files);
        Assert.Contains("analyzers/dotnet/cs/Offloop.CodeFixes.dll", files);
        Assert.Contains("README.md", files);
        Assert.True(File.Exists(Path.ChangeExtension(Feed.Package, ".snupkg")));
    }

    /// <summary>The path of the folder that made them would be of use to nobody, and differ from one maker to the next.</summary>
    [Theory]
    [InlineData("Offloop.Executors.dll")]
    [InlineData("Offloop.WorkerHost.dll")]
    public void Its_files_do_not_depend_on_the_folder_that_made_them(string file)
    {
        using ZipArchive package = ZipFile.OpenRead(Feed.Package);
        using PEReader assembly = Open(package.GetEntry("lib/net10.0/" + file)!);
        DebugDirectoryEntry[] entries = [.. assembly.ReadDebugDirectory()];

        Assert.Contains(entries, static entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        string symbols = assembly.ReadCodeViewDebugDirectoryData(entries.Single(static entry => entry.IsPortableCodeView)).Path;
        Assert.StartsWith("/_/", symbols, StringComparison.Ordinal);
    }

    /// <summary>Compiled code is beside the same IL, so symbols fit, and a method of the one is a method of the other.</summary>
    [Theory]
    [InlineData("Offloop.Executors.dll")]
    [InlineData("Offloop.WorkerHost.dll")]
    public void It_has_compiled_code_of_the_same_build(string file)
    {
        using ZipArchive package = ZipFile.OpenRead(Feed.Package);
        using PEReader portable = Open(package.GetEntry("lib/net10.0/" + file)!);
        Assert.Equal(0, portable.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
        Assert.All(Feed.Runtimes, runtime =>
        {
            using PEReader compiled = Open(package.GetEntry($"runtimes/{runtime}/lib/net10.0/{file}")!);
            Assert.NotEqual(0, compiled.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
            Assert.Equal(Version(portable), Version(compiled));
        });

        static Guid Version(PEReader assembly)
        {
            MetadataReader reader = assembly.GetMetadataReader();
            return reader.GetGuid(reader.GetModuleDefinition().Mvid);
        }
    }

    [Fact]
    public void Its_readme_has_no_link_to_a_file_that_the_package_does_not_have()
    {
        using ZipArchive package = ZipFile.OpenRead(Feed.Package);
        using var reader = new StreamReader(package.GetEntry("README.md")!.Open());
        string text = reader.ReadToEnd();
        Assert.Contains("await using var pool = new ProcessPoolExecutor();", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\]\((?!https?:)", text);
    }

    [Fact]
    public void It_says_what_is_new_and_where_it_comes_from()
    {
        using ZipArchive package = ZipFile.OpenRead(Feed.Package);
        using Stream stream = package.GetEntry("Offloop.Executors.nuspec")!.Open();
        XElement[] facts = [.. XDocument.Load(stream).Descendants()];
        string Fact(string name) => facts.Single(fact => fact.Name.LocalName == name).Value;

        Assert.Equal("icon.png", Fact("icon"));
        Assert.NotNull(package.GetEntry("icon.png"));
        Assert.NotEmpty(Fact("tags"));
        Assert.NotEmpty(Fact("releaseNotes"));
        Assert.DoesNotContain("## ", Fact("releaseNotes"), StringComparison.Ordinal); // this version's alone
        Assert.NotEmpty(facts.Single(static fact => fact.Name.LocalName == "repository").Attribute("commit")!.Value);
    }

    [Fact]
    public void Its_dependencies_do_not_flow_into_the_compilation_of_those_who_reference_it()
    {
        using ZipArchive package = ZipFile.OpenRead(Feed.Package);
        using Stream stream = package.GetEntry("Offloop.Executors.nuspec")!.Open();
        XElement rpc = XDocument.Load(stream).Descendants().Single(static element => element.Attribute("id")?.Value == "StreamJsonRpc");
        Assert.Contains("Compile", rpc.Attribute("exclude")!.Value.Split(','));
    }

    [Theory]
    [InlineData("Offloop.Executors", "T:Offloop.ProcessPoolExecutor", "M:Offloop.Executor.SubmitAsync``2")]
    [InlineData(
        "Offloop.Extensions.Hosting", "T:Microsoft.Extensions.DependencyInjection.ExecutorServiceCollectionExtensions",
        "M:Microsoft.Extensions.DependencyInjection.ExecutorServiceCollectionExtensions.AddProcessPool")]
    [InlineData(
        "Offloop.Diagnostics", "T:Offloop.Diagnostics.DiagnosticsOptions",
        "M:Offloop.ProcessPoolDiagnosticsExtensions.WithDiagnostics", Explicit = true)] // packed for the matrix alone
    [InlineData("Offloop.Cluster", "T:Offloop.ClusterExecutor", "M:Offloop.ClusterNode.DrainAsync", Explicit = true)]
    [InlineData(
        "Offloop.Dashboard", "T:Offloop.Dashboard.DashboardOptions",
        "M:Microsoft.AspNetCore.Builder.DashboardEndpointRouteBuilderExtensions.MapOffloopDashboard", Explicit = true)]
    public void Its_documentation_has_public_types_alone(string name, string type, string member)
    {
        using ZipArchive package = ZipFile.OpenRead(Feed.PackageOf(name));
        string[] types = PublicTypes(package.GetEntry($"lib/net10.0/{name}.dll")!);
        using Stream stream = package.GetEntry($"lib/net10.0/{name}.xml")!.Open();
        string[] documented = [.. XDocument.Load(stream).Descendants("member").Select(static found => found.Attribute("name")!.Value)];

        Assert.Contains(type, documented);
        Assert.Contains(documented, id => id.StartsWith(member, StringComparison.Ordinal));
        Assert.All(documented, id => Assert.Contains(
            types, known => id[2..] == known || id[2..].StartsWith(known + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_command_line_is_a_tool()
    {
        string directory = feed.MakeEmpty();
        Run installed = await Feed.DotnetAsync(
            directory, "tool", "install", "Offloop.Coordinator", "--version", Feed.Version, "--tool-path", "tools");
        Assert.True(installed.ExitCode == 0, installed.Output);

        string tool = Path.Combine(directory, "tools", OperatingSystem.IsWindows() ? "coordinator.exe" : "coordinator");
        Run run = await Feed.ExecuteAsync(directory, tool, "--duration", "2s");

        run.AssertSaid("event loop: free");
    }

    private static string[] PublicTypes(ZipArchiveEntry assembly)
    {
        using PEReader file = Open(assembly);
        MetadataReader reader = file.GetMetadataReader();
        return [.. reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Where(static type => type.Attributes.HasFlag(System.Reflection.TypeAttributes.Public) && type.GetDeclaringType().IsNil)
            .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}")];
    }

    private static PEReader Open(ZipArchiveEntry assembly)
    {
        var copy = new MemoryStream(); // the reader owns it
        using (Stream stream = assembly.Open())
            stream.CopyTo(copy);
        copy.Position = 0;
        return new PEReader(copy);
    }
}
