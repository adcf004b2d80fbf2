using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Offloop.Telemetry;
using Offloop.Workers;

namespace Offloop.Tests.Workers;

/// <content>Attacks by a separate program, on the start of a worker.</content>
public sealed partial class AttackTests
{
    private const int MaxStarts = 10;

    [Theory(Timeout = Waiting.Hang)]
    [InlineData("silent")]
    [InlineData("many")]
    [InlineData("secret")]
    [InlineData("garbage")]
    [Trait("Conformance", "J111")]
    [Trait("Conformance", "J112")]
    public async Task A_worker_starts_although_another_program_wants_its_place_and_the_log_names_it(string how)
    {
        await using var point = new MeetingPoint();
        using Process rogue = StartRogue(point, how);
        Visitor attacker = await point.NextAsync();
        string name = string.Create(CultureInfo.InvariantCulture, $"process {attacker.ProcessId} (PoolOwner)");
        // The worker may be quicker.
        for (int number = 2; !Refusals(number - 1).Any(line => line.Contains(name, StringComparison.Ordinal)); number++)
        {
            Assert.InRange(number, 2, MaxStarts);
            await StartAndEndAsync(number);
        }
        Assert.Equal("0 False", await LetGoAsync(rogue, attacker));
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_program_that_takes_the_place_of_the_pipes_is_told_nothing_and_named()
    {
        await using var point = new MeetingPoint();
        using Process rogue = StartRogue(point, "place");
        Visitor attacker = await point.NextAsync();
        string name = string.Create(CultureInfo.InvariantCulture, $"process {attacker.ProcessId} (PoolOwner)");
        WorkerStartException? failed = null;
        int number = 2;
        for (; failed is null; number++)
        {
            Assert.InRange(number, 2, MaxStarts);
            failed = await Record.ExceptionAsync(() => StartAndEndAsync(number)) as WorkerStartException;
        }

        Assert.Contains(name, failed.Failure.StandardErrorTail, StringComparison.Ordinal);
        Assert.Equal(Offloop.Protocol.WorkerExitCode.WrongServer, failed.Failure.ExitCode);
        Assert.Equal("0 False", await LetGoAsync(rogue, attacker));
        await StartAndEndAsync(number);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_program_of_another_user_does_not_even_see_the_pipes()
    {
        RequireRoot();
        await using var point = new MeetingPoint();
        using Process rogue = StartRogue(point, "silent", "nobody");
        Visitor attacker = await point.NextAsync();
        await StartAndEndAsync(2);
        Assert.Equal("0 True", await LetGoAsync(rogue, attacker));
        Assert.Empty(Refusals(2));
    }

    private Process StartRogue(MeetingPoint point, string how, params string[] more)
    {
        _listener.Dispose(); // it would wait there
        return Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "PoolOwner"),
            ["attack", point.For().Port.ToString(CultureInfo.InvariantCulture), how, _directory.Path, .. more])
        {
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")) },
        })!;
    }

    private static async Task<string> LetGoAsync(Process rogue, Visitor attacker)
    {
        attacker.LetGo();
        string said = await rogue.StandardOutput.ReadToEndAsync();
        await rogue.WaitForExitAsync();
        return said.TrimEnd();
    }

    private async Task StartAndEndAsync(int number)
    {
        var patient = new WorkerLaunch(
            One with { LoggerFactory = _log },
            _directory,
            DotnetExecLauncher.Create(_directory, heapLimit: null),
            _log,
            new ExecutorEvents(new LogListener(_log)));
        var slot = new WorkerSlot(null!, patient, number, static () => { });
        WorkerProcess worker = await WorkerProcess.StartAsync(patient, number, slot, _end.Token);
        worker.Kill(new KillReason(Cause: null, "it has started"));
        await worker.Exited;
        Assert.False(Waiting.IsAlive(worker.ProcessId));
    }

    private IEnumerable<string> Refusals(int worker) =>
        _log.Lines.Where(line => line.StartsWith($"Warning: Worker {worker}:", StringComparison.Ordinal));
}
