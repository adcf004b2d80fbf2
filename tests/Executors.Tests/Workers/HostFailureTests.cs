using System.ComponentModel;
using Offloop.Workers;

namespace Offloop.Tests.Workers;

/// <summary>How the end of a process that never became a worker is understood.</summary>
public sealed class HostFailureTests
{
    [Theory]
    [InlineData(129, "deps.json is missing", true)]
    [InlineData(137, "runtime could not be initialised", false)] // like SIGKILL
    [InlineData(147, "runtimeconfig.json is missing", false)] // like signal 19
    [InlineData(150, "is not installed", true)]
    [InlineData(139, "host could not start it", false)] // like SIGSEGV
    public void A_failure_of_the_host_is_told_as_what_it_is(int exitCode, string text, bool isDeterministic)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There an exit code is whole.");
        HostFailure? failure = HostFailure.Of(exitCode);
        Assert.Contains(text, failure?.Text, StringComparison.Ordinal);
        Assert.EndsWith($".NET host error 0x800080{exitCode:X2}", failure?.Text, StringComparison.Ordinal);
        Assert.Equal(isDeterministic, failure?.IsDeterministic);

        WorkerExit exit = ExitOf(exitCode) with { HostFailure = failure };
        Assert.Null(exit.ProbableSignal);
        Assert.Equal(failure?.Text, exit.Reason);
        Assert.Equal(isDeterministic, StartFailures.IsDeterministic(exit, isWorkerHost: true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128)]
    [InlineData(134)] // SIGABRT, which is no code of the host
    [InlineData(168)]
    [InlineData(255)]
    public void Other_exit_codes_are_not_the_hosts(int exitCode) => Assert.Null(HostFailure.Of(exitCode));

    [Theory]
    [InlineData(2, true, false)] // the message was not understood; another program may mean anything by it
    [InlineData(4, true, true)]
    [InlineData(3, false, false)]
    [InlineData(1, false, false)]
    [InlineData(137, false, false)]
    public void An_exit_is_deterministic_only_if_the_worker_is_of_another_build(int exitCode, bool ofWorkerHost, bool ofOther)
    {
        Assert.Equal(ofWorkerHost, StartFailures.IsDeterministic(ExitOf(exitCode), isWorkerHost: true));
        Assert.Equal(ofOther, StartFailures.IsDeterministic(ExitOf(exitCode), isWorkerHost: false));
    }

    [Theory]
    [InlineData(2, true)] // no such file or directory
    [InlineData(13, true)] // permission denied
    [InlineData(11, false)] // no more processes
    [InlineData(12, false)] // no memory
    [InlineData(24, false)] // too many open files
    [InlineData(28, false)] // no space left on the device
    public void A_launch_is_deterministic_only_if_the_program_cannot_be_found_or_run(int error, bool isDeterministic)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The numbers are those of Unix.");
        Assert.Equal(isDeterministic, StartFailures.IsDeterministic(new Win32Exception(error)));
        Assert.False(StartFailures.IsDeterministic(new IOException("whatever")));
    }

    private static WorkerExit ExitOf(int exitCode) => new()
    {
        ProcessId = 1,
        ExitCode = exitCode,
        Announced = false,
        BrokeProtocol = false,
        StandardErrorTail = "",
        Marks = null,
    };
}
