using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace Offloop.Coordinator.Output;

/// <summary>The terminal behind stderr. It tells its width also when stdout goes elsewhere: the runtime asks stdout alone.</summary>
internal sealed class ErrorTerminal : IDisposable
{
    private const int WidthElsewhere = 80;
    private readonly PosixSignalRegistration? _resized;
    private volatile int _width = WidthElsewhere;

    public ErrorTerminal()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });
        if (!System.Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return;
        _width = Measure();
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _width = Measure());
    }

    /// <summary>Draws in it.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Has the console draw as wide as the terminal is now.</summary>
    /// <returns>The number of columns.</returns>
    public int Fit()
    {
        if (_resized is not null)
            Console.Profile.Width = _width;
        return Console.Profile.Width;
    }

    public void Dispose() => _resized?.Dispose();

    /// <summary>Asks <c>stty</c>, which reads the size of the terminal behind its input. It runs once, and again when the size has
    /// changed.</summary>
    private static int Measure()
    {
        try
        {
            using var stty = Process.Start(new ProcessStartInfo("sh", ["-c", "exec stty size <&2"]) { RedirectStandardOutput = true })!;
            string[] size = stty.StandardOutput.ReadToEnd().Split(' ');
            return size is [_, var columns] && int.TryParse(columns, CultureInfo.InvariantCulture, out int width) && width > 0
                ? width
                : WidthElsewhere;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception or IOException)
        {
            return WidthElsewhere; // there is no stty
        }
    }
}
