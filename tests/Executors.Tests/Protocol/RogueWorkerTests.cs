using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Offloop.Tests.Protocol;

/// <summary>A task has taken over its worker and writes into the worker's own pipes. The pool goes on, whatever the task writes.</summary>
public sealed class RogueWorkerTests : Workers.SupervisionTests
{
    private static readonly SubmitOptions s_short = new() { Timeout = TimeSpan.FromMilliseconds(300) };

    /// <summary>Messages that are ignored, and the words of the line about each.</summary>
    public static TheoryData<string, string> Ignored() => new()
    {
        { RawPeer.Notification("Dispose", "[]"), "\"Dispose\"" },
        { RawPeer.Request(7, "KillTree", "[]"), "\"KillTree\"" },
        { RawPeer.Notification("Report", """[{"finished":[{"sequence":99,"kind":0,"result":[1,5],"microseconds":-9}]}]"""), "number 99" },
        {
            RawPeer.Notification(
                "Report",
                """[{"finished":[{"sequence":-1,"kind":77,"result":[2],"microseconds":1}],"givenBack":[-5,0],"started":-3}]"""),
            "number -1"
        },
        {
            RawPeer.Notification("Report", """[{"returned":[{"sequence":98,"microseconds":[-9,1],"results":[5,{"a":[]}]}]}]"""),
            "number 98"
        },
        { RawPeer.Notification("Log", """[{"sequence":5,"level":3,"text":"x"}]"""), "number 5" },
        { """{"jsonrpc":"2.0","id":4711,"result":null}""", "not made" },
    };

    /// <summary>Bytes that end the worker.</summary>
    public static TheoryData<string, byte[], byte[]> Fatal() => new()
    {
        { "a giant frame", Encoding.ASCII.GetBytes("Content-Length:99999999999\r\n\r\n"), [] },
        { "a negative frame", Encoding.ASCII.GetBytes("Content-Length:-1\r\n\r\n"), [] },
        { "a header without an end", new byte[1000], [] },
        { "no JSON", RawPeer.Frame("{\"jsonrpc\":"), [] },
        { "JSON that is no message", RawPeer.Frame("[1]"), [] },
        { "deep JSON", Report(new string('[', 200) + new string(']', 200)), [] },
        { "what is not UTF-8", [.. Encoding.ASCII.GetBytes("Content-Length:4\r\n\r\n"), (byte)'"', 0xC3, 0x28, (byte)'"'], [] },
        { "a report that is none", Report("[5]"), [] },
        { "ends that are null", Report("""[{"finished":null,"started":0,"givenBack":[1,null]}]"""), [] },
        { "a time that is none", Report("""[{"finished":[{"sequence":1,"kind":0,"result":[0],"microseconds":"NaN"}]}]"""), [] },
        { "a payload of an unknown kind", Report("""[{"finished":[{"sequence":1,"kind":0,"result":[9,1],"microseconds":1}]}]"""), [] },
        { "a hole among the ends", Report("""[{"finished":[null]}]"""), [] },
        { "fewer results than tasks", Report("""[{"returned":[{"sequence":1,"microseconds":[1,1],"results":[1]}]}]"""), [] },
        { "a row that is none", Report("""[{"returned":[null]}]"""), [] },
        { "a row before the first number", Report("""[{"returned":[{"sequence":-7,"microseconds":[1,1]}]}]"""), [] },
        { "a row beyond the last number", Report("""[{"returned":[{"sequence":2147483647,"microseconds":[1,1]}]}]"""), [] },
        { "a time in a row that is none", Report("""[{"returned":[{"sequence":1,"microseconds":[1.5]}]}]"""), [] },
        { "a thousand ends in rows", Report($$"""[{"returned":[{{Row(1)}},{{Row(501)}}]}]"""), [] },
        { "a report without its argument", Report("[]"), [] },
        { "an item that is none", RawPeer.Frame(RawPeer.Notification("Item", "[7]")), [] },
        { "an answer that is none", RawPeer.Frame(RawPeer.Request(7, "ExitingAsync", "[{}]")), [] },
        { "a million ends", Report($$"""[{"finished":[{{string.Join(',', Enumerable.Repeat("null", 1_000_000))}}]}]"""), [] },
        { "a frame for nobody", [], DataFrame(99, 0, 1, [1]) },
        { "a frame of a stream that there is not", [], DataFrame(1, 1, 1, [1]) },
        { "a giant data frame", [], DataFrame(1, 0, long.MaxValue, []) },
        { "a negative data frame", [], DataFrame(1, 0, -1, []) },
    };

    [Theory(Timeout = Waiting.Hang)]
    [MemberData(nameof(Ignored))]
    [Trait("Conformance", "J112")]
    public async Task What_is_no_part_of_the_protocol_is_ignored_with_one_line(string message, string line)
    {
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { LoggerFactory = log });

        Assert.Equal(1, await pool.SubmitAsync(RogueWire.Write, new RogueOrder(RawPeer.Frame(message), [], Returns: true)));

        string[] warnings = [.. log.Lines.Where(static logged => logged.StartsWith("Warning", StringComparison.Ordinal))];
        Assert.Contains(warnings, warning => warning.Contains(line, StringComparison.Ordinal));
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [MemberData(nameof(Fatal))]
    [Trait("Conformance", "J112")]
    public async Task A_worker_that_breaks_the_protocol_is_replaced_and_only_its_task_fails(string what, byte[] control, byte[] data)
    {
        Assert.NotEmpty(what);
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(One with { LoggerFactory = log });

        var error = await Assert.ThrowsAsync<WorkerLostException>(
            () => pool.SubmitAsync(RogueWire.Write, new RogueOrder(control, data, Returns: false)));

        Assert.Equal(FailureCause.ProtocolError, error.Failure.Cause);
        Assert.All(log.Lines, line => Assert.InRange(line.Length, 1, 600));
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J112")]
    public async Task A_worker_cannot_end_the_task_of_another_nor_its_own_twice()
    {
        await using var point = new MeetingPoint();
        using var log = new TestLog();
        var pool = new ProcessPoolExecutor(Two with { LoggerFactory = log });
        Task<int> victim = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor visitor = await point.NextAsync();
        string ends = string.Join(',', Enumerable.Range(1, 10).Select(EndOf));
        byte[] twice = Report($$"""[{"finished":[{{ends}},{{ends}}]}]""");

        Assert.Equal(41, await pool.SubmitAsync(RogueWire.Write, new RogueOrder(twice, [], Returns: true)));

        await log.LineAsync("no more of it is logged");
        Assert.False(victim.IsCompleted);
        visitor.LetGo();
        Assert.Equal(visitor.ProcessId, await victim);
        Assert.InRange(log.Lines.Count(line => line.Contains("does not have", StringComparison.Ordinal)), 1, 8);
        await EndAsync(pool);

        static string EndOf(int number) =>
            string.Create(CultureInfo.InvariantCulture, $$"""{"sequence":{{number}},"kind":0,"result":[1,41],"microseconds":1}""");
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("", Explicit = true)]
    [InlineData("01000000000000000800000000000000FFFF", Explicit = true)] // the frame begins but never ends
    [Trait("Conformance", "J112")]
    public async Task A_large_result_that_is_announced_and_never_sent_keeps_nothing_but_its_own_task(string data)
    {
        var pool = new ProcessPoolExecutor(One with { CancellationGrace = TimeSpan.Zero });
        string end = """{"sequence":1,"kind":0,"result":[2],"microseconds":1}""";
        byte[] announced = Report($$"""[{"finished":[{{string.Join(',', Enumerable.Repeat(end, 300))}}]}]""");

        var order = new RogueOrder(announced, Convert.FromHexString(data), Returns: false);
        await Assert.ThrowsAsync<TaskTimeoutException>(() => pool.SubmitAsync(RogueWire.Write, order, s_short));

        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("""{"type":"System.Object","message":"m"}""", "m")]
    [InlineData("""{"type":"No.Such, Assembly","message":"m","stackTrace":null}""", null)]
    [InlineData("""{"type":"System.Exception","message":"m","inner":[null,{"type":"","message":""}]}""", "m")]
    [InlineData("""{"type":"System.Reflection.TargetInvocationException","message":"m"}""", "m")]
    [Trait("Conformance", "J112")]
    public async Task A_failure_of_a_strange_type_is_a_failure(string error, string? message)
    {
        var pool = new ProcessPoolExecutor(One with { CancellationGrace = TimeSpan.Zero });
        byte[] end = Report($$"""[{"finished":[{"sequence":1,"kind":1,"result":[0],"microseconds":1,"error":{{error}}}]}]""");

        var order = new RogueOrder(end, [], Returns: message is not null);
        Exception? thrown = await Record.ExceptionAsync(
            () => pool.SubmitAsync(RogueWire.Write, order, s_short with { Timeout = null }));

        if (message is null) // the envelope lacks a required field
            Assert.Equal(FailureCause.ProtocolError, Assert.IsType<WorkerLostException>(thrown).Failure.Cause);
        else
            Assert.Equal(message, thrown!.Message);
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);
    }

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("directory")]
    [InlineData("link")]
    [InlineData("pipe")]
    [InlineData("nothing")]
    [Trait("Conformance", "J112")]
    public async Task A_start_mark_that_was_replaced_is_neither_followed_nor_waited_for(string how)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It finds its own start mark through /proc.");
        var pool = new ProcessPoolExecutor(One);

        var error = await Assert.ThrowsAsync<WorkerLostException>(() => pool.SubmitAsync(RogueWire.SpoilStartMark, how));

        // Read through the handle that was there before.
        Assert.Equal((TaskPhase.Running, 7), (error.Failure.Phase, error.Failure.ExitCode));
        Assert.Equal(9, await pool.SubmitAsync(Basics.Square, 3));
        await EndAsync(pool);
    }

    private static string Row(int sequence) =>
        $$"""{"sequence":{{sequence}},"microseconds":[{{string.Join(',', Enumerable.Repeat("1", 500))}}]}""";

    private static byte[] Report(string arguments) => RawPeer.Frame(RawPeer.Notification("Report", arguments));

    private static byte[] DataFrame(int sequence, int part, long length, byte[] bytes)
    {
        byte[] frame = new byte[16 + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), part);
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(8), length);
        bytes.CopyTo(frame, 16);
        return frame;
    }
}
