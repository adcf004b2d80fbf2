using System.Reflection;

namespace Offloop.Tests.Options;

/// <summary>docs/cluster.md has a row for each option of a cluster.</summary>
public sealed class ClusterPageTests
{
    [Theory]
    [InlineData(typeof(ClusterExecutorOptions))]
    [InlineData(typeof(ClusterNodeOptions))]
    [InlineData(typeof(ClusterNetwork))]
    public void Every_option_has_a_row(Type type)
    {
        string page = File.ReadAllText(RepositoryFile.Path("docs", "cluster.md"));
        PropertyInfo[] options = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Contains($"\n| `{option.Name}` | ", page, StringComparison.Ordinal));
    }
}
