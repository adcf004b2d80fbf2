using System.Text.RegularExpressions;
using Offloop.Payloads;
using Offloop.Protocol;

namespace Offloop.Tests.Protocol;

/// <summary>Holds <c>docs/protocol.md</c> to the behaviour of the library.</summary>
public sealed partial class ProtocolDocumentTests
{
    private static readonly string s_path = RepositoryFile.Path("docs", "protocol.md");

    public static TheoryData<string> Messages() => [.. MessageTables.All.Select(shape => shape.Name)];

    public static TheoryData<Type> Enumerations() =>
        [.. MessageTables.All.SelectMany(shape => shape.Describe()).Select(field => field.Numbers).OfType<Type>()
            .Append(typeof(PayloadKind)).Distinct()];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Each_message_has_its_table(string message)
    {
        IEnumerable<string> fields = MessageTables.All.Single(shape => shape.Name == message).Describe()
            .Select(field => $"| `{field.Name}` | {field.Type} | {(field.Need == Need.Required ? "yes" : "no")} |");
        Assert.Equal(fields, Rows(message).Select(row => row[..(ThirdBar(row) + 1)]));
    }

    [Fact]
    public void Each_table_is_of_a_message()
    {
        string section = Sections(File.ReadAllText(s_path), "## ")["Messages"];
        Assert.Equal(MessageTables.All.Select(shape => shape.Name).Order(), Sections(section, "### ").Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void Each_enumeration_has_its_numbers(Type type) => Assert.Equal(
        Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(number => $"| {number} | {Enum.GetName(type, number)} |"),
        Rows(type.Name).Select(row => row[..(row.IndexOf('|', row.IndexOf('|', 2) + 1) + 1)]));

    [Theory]
    [InlineData("To the worker")]
    [InlineData("To the coordinator")]
    public void Each_method_is_there(string side)
    {
        RpcContract contract = side == "To the worker" ? RpcContract.Worker : RpcContract.Coordinator;
        IEnumerable<string> served = contract.Methods.Select(
            method => $"{method.Name}({string.Join(", ", method.Parameters.Select(parameter => parameter.Name))})");
        Assert.Equal(served.Order(), Rows(side).Select(row => row.Split('`')[1]).Order());
    }

    [Fact]
    public void The_numbers_of_the_text_are_those_of_the_code()
    {
        string page = File.ReadAllText(s_path);
        foreach (string sentence in (string[])
        [
            $"workers, version {LaunchMessage.CurrentVersion}.",
            $"| {WorkerExitCode.NoLaunchMessage} | It was not started by a pool",
            $"| {WorkerExitCode.WrongServer} | Another process",
            $"| {WorkerExitCode.WrongVersion} | Its coordinator",
            $"| {WorkerExitCode.Unreachable} | A pipe",
            $"| {WorkerExitCode.ProtocolError} | It was sent",
            $"The {Handshake.SecretBytes} bytes of `serverSecret`".Replace("The ", "the ", StringComparison.Ordinal),
            $"more than {PayloadRef.MaxInlineBytes >> 10} KiB",
            $"at most {PayloadJson.MaxDepth} levels",
            $"A file of {StartMark.FileBytes >> 10} KiB",
            $"ring of {StartMark.Words} words",
            $"longer than {FrameHandler.MaxFrameBytes >> 20} MiB, or nests deeper than {MessageFormatter.MaxDepth} levels",
            $"no more than {FrameHandler.MaxReadUnheard} messages",
        ])
            Assert.Contains(sentence, page.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_is_longer_than_140_characters() => Assert.All(File.ReadLines(s_path), line => Assert.InRange(line.Length, 0, 140));

    private static int ThirdBar(string row) => Bars().Matches(row)[3].Index;

    /// <summary>The rows of the table under a heading.</summary>
    private static string[] Rows(string heading) =>
    [
        .. Sections(File.ReadAllText(s_path), "### ")[heading]
            .Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1),
    ];

    private static Dictionary<string, string> Sections(string text, string mark) =>
        text.Split($"\n{mark}").Skip(1).ToDictionary(
            section => section[..section.IndexOf('\n', StringComparison.Ordinal)],
            section => mark == "### " ? section.Split("\n## ")[0] : section);

    [GeneratedRegex(@"\|")]
    private static partial Regex Bars();
}
