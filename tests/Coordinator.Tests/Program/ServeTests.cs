using System.Diagnostics;

namespace Offloop.Tests.Program;

[Collection(OwnClock.Name)]
public class ServeTests
{
    private const int Limit = 120_000;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory(Timeout = Limit)]
    [InlineData(CliProcess.Interrupt)]
    [InlineData(CliProcess.Terminate)]
    public async Task The_server_says_where_it_listens_and_answers_until_a_signal(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        await using CliProcess process = CliProcess.Start("serve", "--delay", "50ms", "--size", "100KiB");
        string url = (await process.ReadLineAsync())!;
        using var client = new HttpClient();

        var clock = Stopwatch.StartNew();
        byte[] body = await client.GetByteArrayAsync(new Uri(url));
        Assert.Equal(100 << 10, body.Length);
        Assert.True(clock.ElapsedMilliseconds >= 50);

        process.Signal(signal);
        CliResult result = await process.FinishAsync(s_limit);
        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task A_port_in_use_is_one_sentence()
    {
        using var other = new CannedServer(answer: null);
        string port = other.Address.Split(':')[1];

        CliResult result = await Cli.RunAsync("serve", "--port", port);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            [$"coordinator: --port {port}: Address already in use; expected a port that is free and allowed, or 0 for any free one."],
            result.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task The_program_fetches_from_a_server_of_its_own_kind()
    {
        await using CliProcess server = CliProcess.Start("serve", "--delay", "10ms", "--size", "1MiB");
        string url = (await server.ReadLineAsync())!;

        CliResult result = await Cli.RunAsync("--url", url, "--count", "4", "--format", "json");

        Assert.Equal(0, result.ExitCode);
        Assert.All(result.Events("task"), task => Assert.Equal(1 << 20, task.GetProperty("bytes").GetInt64()));
        Assert.Equal([$"executor=process workers=2 concurrency=2 url={url}"], result.Error);
    }
}
