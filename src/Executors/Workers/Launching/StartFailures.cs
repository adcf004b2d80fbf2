using System.ComponentModel;
using System.Globalization;
using Offloop.Protocol;

namespace Offloop.Workers;

/// <summary>Says whether a failed start is the fault of the application or of its surroundings (a signal, no space, no handles, no memory,
/// no time). In doubt it is the surroundings, because a pool survives those.</summary>
internal static class StartFailures
{
    // errno of Unix (the same on Linux and macOS) and system error codes of Windows, by which a program cannot be started at all.
    private static readonly int[] s_unix = [2 /* ENOENT */, 8 /* ENOEXEC */, 13 /* EACCES */, 20 /* ENOTDIR */];
    private static readonly int[] s_windows = [
        2 /* FILE_NOT_FOUND */, 3 /* PATH_NOT_FOUND */, 5 /* ACCESS_DENIED */, 193 /* BAD_EXE_FORMAT */, 267 /* DIRECTORY */];

    /// <summary>Whether no later launch of a process can succeed either, because the program or its directory is missing or cannot be
    /// used.</summary>
    /// <param name="error">Why it could not be launched.</param>
    public static bool IsDeterministic(Exception error) => error is Win32Exception { NativeErrorCode: var code }
        && (OperatingSystem.IsWindows() ? s_windows : s_unix).Contains(code);

    /// <summary>Whether every later process will end before it is ready, as this one has.</summary>
    /// <param name="exit">How it ended.</param>
    /// <param name="isWorkerHost">Whether it was this library's own worker. Another program uses the small codes for anything.</param>
    public static bool IsDeterministic(WorkerExit exit, bool isWorkerHost) =>
        exit.HostFailure is { IsDeterministic: true }
        || exit.ExitCode == WorkerExitCode.WrongVersion
        || (isWorkerHost && exit.ExitCode == WorkerExitCode.NoLaunchMessage); // it did not understand its launch message
}

/// <summary>Why the .NET host did not get as far as the program that it was to run.</summary>
/// <param name="Text">The failure in words.</param>
/// <param name="IsDeterministic">Whether another try would fail in the same way.</param>
internal sealed record HostFailure(string Text, bool IsDeterministic)
{
    // docs/design/features/host-error-codes.md of dotnet/runtime. On Unix an exit code is the last byte alone, and that can look like a
    // signal: 0x80008089 is 137, like SIGKILL.
    private const uint Base = 0x80008000;
    private const uint First = 0x80008081;
    private const uint Last = 0x800080A7;

    /// <summary>The failure that an exit code stands for, or null if it is no code of the host.</summary>
    /// <param name="exitCode">The exit code of a process that has not got as far as its own code.</param>
    public static HostFailure? Of(int exitCode)
    {
        uint code = OperatingSystem.IsWindows() ? (uint)exitCode : Base | (uint)exitCode;
        if (code is < First or > Last || (code & 0xFF) == 0x86) // unused: SIGABRT looks like this
            return null;
        (string text, bool isDeterministic) = code switch
        {
            0x80008081 => ("the worker host or the application's deps.json is missing", true),
            0x80008083 or 0x80008087 => ("a file of the .NET runtime is missing", true),
            0x80008089 => ("the .NET runtime could not be initialised, as a rule for want of memory, processes or handles", false),
            0x80008093 => ("its runtimeconfig.json is missing or cannot be read", false), // the pool writes it anew before each start
            0x80008096 => ("a framework that the application needs is not installed", true),
            0x8000809C => ("the frameworks that the application needs do not go together", true),
            _ => ("the .NET host could not start it", false),
        };
        return new HostFailure(string.Create(CultureInfo.InvariantCulture, $"{text}, .NET host error 0x{code:X8}"), isDeterministic);
    }
}
