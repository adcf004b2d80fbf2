using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Offloop.Invocation;
using Offloop.Recording;
using Offloop.Tests.Workers;

namespace Offloop.Tests.Recording;

/// <summary>What is in a file, and what it is good for.</summary>
public sealed partial class RecordTests : SupervisionTests
{
    private static readonly Func<Parcel, int> s_work = Recorded.Refuse;

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_page_has_a_row_for_each_member_of_a_file()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("offloop-recording-");
        try
        {
            var pool = new ProcessPoolExecutor(One with
            {
                RecordFailures = new FailureRecording(directory.FullName),
                TaskTimeout = TimeSpan.FromMinutes(1),
                MaxWorkerMemory = 1L << 40,
                WorkerHeapLimit = 1L << 30,
                Initializer = WorkerInitializer.Create(Recorded.Prepare, 7),
                ThreadInitializer = WorkerInitializer.Create(Recorded.Prepare, 8),
                JsonOptions = static options => options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                Environment = new Dictionary<string, string?> { ["OFFLOOP_TEST"] = "1", ["OFFLOOP_TEST_GONE"] = null },
            });
            var error = await Assert.ThrowsAsync<InvalidOperationException>(
                () => pool.SubmitAsync(Recorded.Refuse, new Parcel { To = "Ada" }));
            Assert.EndsWith("(8)", error.Message, StringComparison.Ordinal);
            await EndAsync(pool);
            JsonElement file = JsonElement.Parse(File.ReadAllText(Assert.Single(directory.GetFiles()).FullName));

            string page = File.ReadAllText(RepositoryFile.Path("docs", "flight-recorder.md")).ReplaceLineEndings("\n");
            string[] rows = [.. Rows().Matches(page).Select(static row => row.Groups[1].Value)];
            Assert.Empty(Members(file, "").Except(rows));
            Assert.Empty(rows.Except(Members(typeof(FailureRecord), "")));
            Assert.Equal(JsonValueKind.Null, file.GetProperty("environment").GetProperty("OFFLOOP_TEST_GONE").ValueKind);
            Assert.Equal("""{"to":"Ada","items":[]}""", file.GetProperty("argument").GetProperty("value").GetRawText());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_method_is_found_by_its_token_and_in_another_build_by_its_name()
    {
        var identity = MethodIdentity.Of(s_work.Method, CallKind.Plain, typeof(Parcel), typeof(int));
        var method = RecordedMethod.Of(s_work.Method, identity);
        Assembly assembly = typeof(Recorded).Assembly;

        MethodIdentity? same = method.In(assembly);
        MethodIdentity? other = (method with { ModuleVersion = Guid.NewGuid(), Token = 1 }).In(assembly);

        Assert.Equal(s_work.Method.MetadataToken, same?.Method?.Token);
        Assert.Equal(s_work.Method.MetadataToken, other?.Method?.Token);
        Assert.Equal(assembly.ManifestModule.ModuleVersionId, other?.Method?.ModuleVersion);
        Assert.Null((method with { ModuleVersion = Guid.NewGuid(), Signature = "Int32 Gone(Int32)" }).In(assembly));
    }

    [Fact]
    public void A_value_is_read_as_it_was_written_byte_by_byte()
    {
        const string Value = """{"a":1.50,"b":"\ud800","c":[1e400,  2]}""";
        var argument = new RecordedArgument("json", new RawJson(System.Text.Encoding.UTF8.GetBytes(Value)));

        string json = JsonSerializer.Serialize(argument, FailureRecordContext.Default.RecordedArgument);

        Assert.Equal(Value, JsonSerializer.Deserialize(json, FailureRecordContext.Default.RecordedArgument)?.Value?.ToString());
    }

    [Fact]
    public void A_value_that_nests_more_deeply_than_a_message_is_written_redacted_and_read()
    {
        var deep = new RawJson(System.Text.Encoding.UTF8.GetBytes(new string('[', 300) + new string(']', 300)));
        var redaction = new Redaction(static (_, _, value) => new JsonArray(value?.DeepClone()), "Task", static _ => { });

        string json = JsonSerializer.Serialize(
            new RecordedArgument("json", redaction.Json("argument", deep)), FailureRecordContext.Default.RecordedArgument);

        Assert.Empty(redaction.LeftOut);
        Assert.Equal($"[{deep}]", JsonSerializer.Deserialize(json, FailureRecordContext.Default.RecordedArgument)?.Value?.ToString());
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Serialize( // it could not be read again
            new RawJson(System.Text.Encoding.UTF8.GetBytes(new string('[', 600) + new string(']', 600))),
            FailureRecordContext.Default.RawJson));
    }

    /// <summary>The members of a file. What another page describes, or the application, is one member.</summary>
    private static IEnumerable<string> Members(JsonElement value, string prefix) => value.EnumerateObject().SelectMany(member =>
        member.Value.ValueKind == JsonValueKind.Object && !IsWhole(prefix + member.Name)
            ? Members(member.Value, $"{prefix}{member.Name}.")
            : [prefix + member.Name]);

    private static IEnumerable<string> Members(Type type, string prefix) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property =>
        {
            string name = prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            Type inner = property.PropertyType;
            return inner.Namespace == typeof(FailureRecord).Namespace && inner != typeof(RawJson) && !IsWhole(name)
                ? Members(inner, $"{name}.")
                : [name];
        });

    private static bool IsWhole(string member) =>
        member is "argument.value" or "failure" or "environment" or "jsonOptions" or "initializer" or "threadInitializer";

    [GeneratedRegex(@"(?m)^\| `([\w.]+)` \|")]
    private static partial Regex Rows();
}
