using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace Offloop.Coordinator.Output;

/// <summary>The terminal behind stderr. It tells its width also when stdout goes elsewhere: the runtime asks stdout alone.</summary>
internal sealed class ErrorTerminal : IDisposable
{
    private readonly PosixSignalRegistration? _resized;
    private volatile int[]? _size; // rows and columns

    public ErrorTerminal()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });
        if (!System.Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return;
        _size = Measure();
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _size = Measure());
    }

    /// <summary>Draws in it.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Has the console draw as wide as the terminal is now.</summary>
    /// <returns>The number of columns and of rows.</returns>
    public (int Width, int Height) Fit()
    {
        if (_size is { } size)
            (Console.Profile.Height, Console.Profile.Width) = (size[0], size[1]);
        return (Console.Profile.Width, Console.Profile.Height);
    }

    public void Dispose() => _resized?.Dispose();

    /// <summary>Asks <c>stty</c>, which reads the size of the terminal behind its input. It runs once, and again when the size has
    /// changed.</summary>
    private static int[]? Measure()
    {
        try
        {
            using var stty = Process.Start(new ProcessStartInfo("sh", ["-c", "exec stty size <&2"]) { RedirectStandardOutput = true })!;
            string[] size = stty.StandardOutput.ReadToEnd().Split(' ');
            return size is [var rows, var columns]
                && int.TryParse(rows, CultureInfo.InvariantCulture, out int height) && height > 0
                && int.TryParse(columns, CultureInfo.InvariantCulture, out int width) && width > 0
                ? [height, width]
                : null;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            return null; // there is no stty
        }
    }
}
