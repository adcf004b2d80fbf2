using System.Reflection;
using Microsoft.CodeAnalysis;
using Offloop.Analyzers.Payloads;
using Offloop.Payloads;

namespace Offloop.Tests.Payloads;

/// <summary>One table of types goes through the executors' rules, which read compiled types, and through the analyzer's, which read source.
/// </summary>
public sealed class PayloadTableTests
{
    private static readonly FieldInfo[] s_rows = typeof(PayloadTable).GetFields(BindingFlags.Public | BindingFlags.Static);

    [Fact]
    public void The_analyzer_says_of_each_type_what_the_executors_say()
    {
        Compilation compilation = Sources.CompileTable();
        INamedTypeSymbol table = compilation.GetTypeByMetadataName(typeof(PayloadTable).FullName!)!;
        Assert.All(s_rows, row =>
        {
            ITypeSymbol type = ((IFieldSymbol)Assert.Single(table.GetMembers(row.Name))).Type;
            Assert.Equal(OfExecutors(row.FieldType), SymbolContract.Examine(type, compilation, TestContext.Current.CancellationToken));
            Assert.Equal(TypeNames.Of(row.FieldType), SymbolNames.Of(type.WithNullableAnnotation(NullableAnnotation.None)));
        });
    }

    [Fact]
    public void The_table_has_many_types_of_both_kinds()
    {
        int refused = s_rows.Count(static row => OfExecutors(row.FieldType) is not null);
        Assert.InRange(refused, 40, s_rows.Length - 50);
    }

    private static string? OfExecutors(Type type) => new PayloadContract(PayloadJson.Create(configure: null)).Examine(type);
}
