namespace Offloop.Tests.Architecture.Dependencies;

/// <summary>What counts as a use of a type in another folder.</summary>
public sealed class ArrowReaderTests
{
    private const string Declaration = """
        namespace Sample.Below;
        public class Thing
        {
            public static Thing Make(int size = 0) => new();
            public int Size { get; set; }
            public static int operator +(Thing left, Thing right) => left.Size + right.Size;
        }
        public static class Things { public static void Use(this string text) { } public static Thing[] All => []; }
        public static class Inferred { public static void Take(Thing thing) { } }
        """;

    [Theory]
    [InlineData("a name", "Thing? field;")]
    [InlineData("a base class", "class Inner : Thing { }")]
    [InlineData("a type argument", "System.Collections.Generic.List<Thing> field = [];")]
    [InlineData("a static member", "object field = Thing.Make();")]
    [InlineData("a typeof", "object field = typeof(Thing);")]
    [InlineData("a nameof", "object field = nameof(Thing);")]
    [InlineData("an extension method", "void Run() => \"\".Use();")]
    [InlineData("a var", "void Run() { var all = Things.All; }")]
    [InlineData("a pattern", "bool Is(object any) => any is Thing { Size: 1 };")]
    [InlineData("a new() whose type is inferred", "void Run() => Inferred.Take(new());")]
    public void A_use_is_found(string use, string member)
    {
        Arrow[] arrows = [.. Read($"using Sample.Below;\nnamespace Sample.Above;\npublic class User\n{{\n{member}\n}}")];

        Assert.True(arrows.Length > 0, use);
        Assert.All(
            arrows,
            static arrow => Assert.Equal(("Above/User.cs", 5, "Below/Thing.cs"), (arrow.File, arrow.Line, arrow.DeclaredIn)));
    }

    [Fact]
    public void A_var_and_an_inferred_member_are_uses_of_types_that_are_not_written_out()
    {
        const string user = """
            using Sample.Below;
            namespace Sample.Above;
            public class User
            {
                void Run() { var all = Things.All; _ = all[0].Size + (all[0] + all[1]); }
            }
            """;

        Assert.Equal(["Thing", "Things"], Read(user).Select(static arrow => arrow.Type).Order());
    }

    [Theory]
    [InlineData("a using", "")]
    [InlineData("a docstring", "/// <summary>As <see cref=\"Thing\"/> does.</summary>\nint field;")]
    [InlineData("a comment", "// Thing\nint field;")]
    [InlineData("a string", "string field = \"Thing\";")]
    [InlineData("another thing of that name", "int Thing() => 1;")]
    public void Something_else_is_no_use(string what, string member) =>
        Assert.True(!Read($"using Sample.Below;\nnamespace Sample.Above;\npublic class User\n{{\n{member}\n}}").Any(), what);

    [Fact]
    public void A_type_of_the_same_folder_is_no_arrow() =>
        Assert.Empty(SourceAssembly.OfTexts(("A/One.cs", "class One { Two? two; }"), ("A/Two.cs", "class Two;")).Arrows);

    [Fact]
    public void A_type_that_lies_in_two_folders_uses_itself_from_both() =>
        Assert.Equal(
            ["A/One.cs:1 -> One (B/One.cs)", "B/One.cs:1 -> One (A/One.cs)"],
            SourceAssembly.OfTexts(("A/One.cs", "partial class One;"), ("B/One.cs", "partial class One;")).Arrows
                .Select(static arrow => arrow.ToString()));

    [Fact]
    public void A_text_that_does_not_parse_is_an_error() =>
        Assert.Equal(["A/One.cs(1,12): error CS1513: } expected"], SourceAssembly.OfTexts(("A/One.cs", "class One {")).Errors);

    [Fact]
    public void A_type_that_is_not_found_is_an_error() =>
        Assert.Equal(
            ["A/One.cs:2: Missing is not found."],
            SourceAssembly.OfTexts(("A/One.cs", "class One<T> where T : notnull\n{ Missing field; void Two() { } }")).Errors);

    [Fact]
    public void A_member_that_a_generator_would_add_is_tolerated() =>
        Assert.Empty(SourceAssembly.OfTexts(
            ("A/One.cs", "partial class One { static partial int Two(); int Three() => Two() + Four; }")).Errors);

    private static IReadOnlyList<Arrow> Read(string user) =>
        SourceAssembly.OfTexts(("Below/Thing.cs", Declaration), ("Above/User.cs", user)).Arrows;
}
