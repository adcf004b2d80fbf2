using System.Runtime.InteropServices;
using System.Text;
using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Output;

/// <summary>Writes each line to stdout with one system call, so that the line is out when the call returns. The console's stream hides that
/// the reader has gone away; this class reports it.</summary>
internal static partial class StandardOutput
{
    private const int InterruptedCall = 4; // EINTR
    private const int BrokenPipe = 32; // EPIPE

    private static readonly Stream? s_console = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : null;

    /// <summary>Writes all bytes.</summary>
    /// <exception cref="ClosedOutputException">Nobody reads stdout any more.</exception>
    /// <exception cref="IOException">The bytes could not be written; the message says why.</exception>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        if (s_console is not null)
        {
            s_console.Write(bytes);
            return;
        }
        while (!bytes.IsEmpty)
        {
            nint written = Write(1, bytes, (nuint)bytes.Length);
            if (written >= 0)
                bytes = bytes[(int)written..];
            else
                ThrowUnlessInterrupted(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Writes a text that is all that was asked for.</summary>
    /// <returns>The exit code of the program.</returns>
    /// <exception cref="ClosedOutputException">Nobody reads stdout any more.</exception>
    public static int Print(string text)
    {
        try
        {
            Write(Encoding.UTF8.GetBytes(text));
            return ExitCode.Ok;
        }
        catch (IOException error) when (error is not ClosedOutputException)
        {
            Console.Error.WriteLine($"coordinator: stdout cannot be written: {error.Message}");
            return ExitCode.Failed;
        }
    }

    private static void ThrowUnlessInterrupted(int error)
    {
        if (error == BrokenPipe)
            throw new ClosedOutputException();
        if (error != InterruptedCall)
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nuint count);
}

/// <summary>Nobody reads stdout any more, as after <c>| head -1</c>.</summary>
internal sealed class ClosedOutputException() : IOException("stdout is closed");
