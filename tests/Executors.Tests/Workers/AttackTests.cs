using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using Offloop.Protocol;
using Offloop.Telemetry;
using Offloop.Workers;

namespace Offloop.Tests.Workers;

/// <summary>Other processes want a worker's place. They learn nothing, the right one gets in, and the log says who came.</summary>
public sealed partial class AttackTests : SupervisionTests, IAsyncLifetime
{
    private const int NoWorker = int.MaxValue;

    private readonly TestLog _log = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ProcessPoolExecutor _attackers = new(One);
    private PrivateDirectory _directory = null!;
    private WorkerLaunch _launch = null!;
    private LaunchMessage _message = null!;
    private PipeListener _listener = null!;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The attackers use sockets of Unix.");
        _directory = PrivateDirectory.Create(_log);
        _launch = new WorkerLaunch(
            One with { LoggerFactory = _log, StartTimeout = TimeSpan.FromSeconds(1) },
            _directory,
            DotnetExecLauncher.Create(_directory, heapLimit: null),
            _log,
            new ExecutorEvents(new LogListener(_log)));
        _message = _launch.NewMessage(1);
        _listener = new PipeListener(_message.ControlPipe, 1, _log);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener?.Dispose();
        _directory?.Dispose();
        await EndAsync(_attackers);
        _end.Dispose();
        _log.Dispose();
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task Three_hundred_silent_processes_delay_nobody_and_are_told_nothing()
    {
        const int Count = 300;
        int attacker = await _attackers.SubmitAsync(Basics.ProcessId);
        Task<int> told = _attackers.SubmitAsync(Attacks.Listen, new AttackOrder(_message.ControlPipe, Count));
        Task<Stream> accepting = AcceptAsync(Environment.ProcessId);

        Assert.Equal(0, await told);
        await using Stream worker = await ConnectAsync();
        await using Stream pipe = await accepting;

        await AssertConnectedAsync(pipe, worker);
        Assert.False(File.Exists(_message.ControlPipe));
        _listener.Dispose();
        string[] lines = [.. Refusals()];
        Assert.Equal(17, lines.Length); // sixteen one by one, and how many more there were
        Assert.All(lines[..16], line => Assert.Contains($"process {attacker} ", line, StringComparison.Ordinal));
        Assert.Contains($"{Count - 16} more", lines[16], StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    [Trait("Conformance", "J112")]
    public async Task A_process_that_shouts_is_told_nothing()
    {
        int attacker = await _attackers.SubmitAsync(Basics.ProcessId);
        Task<Stream> accepting = AcceptAsync(Environment.ProcessId);

        Assert.Equal(0, await _attackers.SubmitAsync(Attacks.Shout, new AttackOrder(_message.ControlPipe, 5)));

        await using Stream worker = await ConnectAsync();
        await AssertConnectedAsync(await accepting, worker);
        Assert.Equal(5, Refusals().Count(line => line.Contains($"process {attacker} (", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J112")]
    public async Task The_right_process_without_the_right_words_is_refused_too()
    {
        Task<Stream> accepting = AcceptAsync(Environment.ProcessId);
        await using (NamedPipeClientStream silent = await OpenAsync())
            Assert.Equal(Handshake.SecretBytes, await ReadToEndAsync(silent)); // closed after a second of silence
        await using (NamedPipeClientStream wrong = await OpenAsync())
        {
            await wrong.WriteAsync(new byte[Handshake.SecretBytes]);
            await ReadToEndAsync(wrong);
        }

        await using Stream worker = await ConnectAsync();

        await AssertConnectedAsync(await accepting, worker);
        Assert.Collection(
            Refusals(),
            line => Assert.Contains("nothing", line, StringComparison.Ordinal),
            line => Assert.Contains("secret", line, StringComparison.Ordinal));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task Another_user_does_not_even_get_into_the_directory()
    {
        RequireRoot();
        int answer = await _attackers.SubmitAsync(Attacks.ListenAsNobody, new AttackOrder(_message.ControlPipe, 1));
        Assert.Equal(-(int)System.Net.Sockets.SocketError.AccessDenied, answer);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task Another_user_who_got_in_all_the_same_is_refused_and_named()
    {
        RequireRoot();
        OpenToAll(_directory.Path);
        OpenToAll(_message.ControlPipe);
        Task<Stream> accepting = AcceptAsync(Environment.ProcessId);

        Assert.Equal(0, await _attackers.SubmitAsync(Attacks.ListenAsNobody, new AttackOrder(_message.ControlPipe, 3)));

        await using Stream worker = await ConnectAsync();
        await AssertConnectedAsync(await accepting, worker);
        Assert.Equal(3, Refusals().Count(line => line.Contains("65534", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_worker_does_not_talk_to_a_process_that_took_the_place_of_the_pipe()
    {
        await using var point = new MeetingPoint();
        int attacker = await _attackers.SubmitAsync(Basics.ProcessId);
        Task<int> told = _attackers.SubmitAsync(Attacks.TakePlace, new AttackOrder(_message.ControlPipe, 1, point.For()));
        await point.NextAsync();
        StartMark.Create(_message.StartMarkFile).Dispose();

        using var worker = Process.Start(_launch.StartInfo())!;
        await worker.StandardInput.BaseStream.WriteAsync(MessageJson.WriteLine(_message));
        await worker.StandardInput.FlushAsync();
        string said = await worker.StandardError.ReadToEndAsync();
        await worker.WaitForExitAsync();

        Assert.Equal(0, await told);
        Assert.Equal(3, worker.ExitCode);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {attacker} "), said, StringComparison.Ordinal);
        AssertNoSecret(said);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    [Trait("Conformance", "J112")]
    public async Task A_start_that_only_others_come_to_fails_in_time_and_names_them()
    {
        int attacker = await _attackers.SubmitAsync(Basics.ProcessId);
        Task<Stream> accepting = AcceptAsync(NoWorker);
        await _attackers.SubmitAsync(Attacks.Listen, new AttackOrder(_message.ControlPipe, 1));

        await _end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
        Assert.Contains($"process {attacker} ", _listener.LastRefusal, StringComparison.Ordinal);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_name_that_is_taken_is_not_shared() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Task.Run(() => new PipeListener(_message.ControlPipe, 1, _log).Dispose()));
}
