using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Offloop.SampleTasks;

/// <summary>Tasks that give a supervisor work: they use memory, start children, and close their worker's sockets.</summary>
public static partial class Supervised
{
    private static int s_initialized;
    private static readonly List<byte[]> s_leak = [];

    public static int Initialized() => s_initialized;

    public static void Initialize(int value)
    {
        s_initialized += value;
        Console.Out.WriteLine("initialized");
    }

    public static void FailToInitialize() => throw new InvalidOperationException("there is no licence");

    /// <summary>Fails as long as the file does not exist.</summary>
    public static void InitializeOnceFileExists(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException("the licence is missing", path);
    }

    /// <summary>Kills its process, as a kernel without memory would, as long as the file does not exist.</summary>
    public static void BeKilledUnlessFileExists(string path)
    {
        using var self = Process.GetCurrentProcess();
        if (!File.Exists(path))
            self.Kill();
    }

    /// <summary>Says that it starts, and waits to be let go.</summary>
    public static void InitializeWhenLetGo(Meeting meeting) => Rendezvous.Wait(meeting);

    /// <summary>Makes the process end shortly after it became ready, outside any task.</summary>
    public static void EndSoon() => new Thread(static () =>
    {
        Thread.Sleep(100); // past the start; the test waits for the consequences
        Environment.FailFast("it ends by itself");
    }).Start();

    /// <summary>Uses this much memory for good, and returns the process id.</summary>
    public static int Leak(int mebibytes)
    {
        for (int i = 0; i < mebibytes; i++)
            s_leak.Add(Touched(1 << 20));
        return Environment.ProcessId;
    }

    /// <summary>Leaks, then says so and waits to be let go.</summary>
    public static int LeakAndWait((int Mebibytes, Meeting Meeting) order)
    {
        Leak(order.Mebibytes);
        return Rendezvous.Wait(order.Meeting);
    }

    /// <summary>Starts a child that uses memory: a shell with a variable of this size.</summary>
    public static void LeakInChild((int Mebibytes, Meeting Meeting) order)
    {
        string command = string.Create(
            CultureInfo.InvariantCulture, $"x=$(head -c {order.Mebibytes << 20} /dev/zero | tr '\\0' a); sleep 1000");
        using Process child = Process.Start("sh", ["-c", command]);
        Rendezvous.Wait(order.Meeting with { Label = child.Id.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Starts a grandchild whose parent ends at once, tells its process id, and waits.</summary>
    public static void WithOrphanedGrandchild(Meeting meeting) =>
        Rendezvous.Wait(meeting with { Label = StartGrandchild().ToString(CultureInfo.InvariantCulture) });

    /// <summary>Leaves a grandchild behind that holds this process's standard output open, and returns its process id.</summary>
    public static int LeaveGrandchild() => StartGrandchild();

    public static int IgnoreTermination(Meeting meeting)
    {
        using var ignore = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true);
        return Rendezvous.Wait(meeting);
    }

    /// <summary>Writes this many bytes to the standard output, in lines or without a line end.</summary>
    public static void Flood((int Mebibytes, bool Lines) order)
    {
        char[] text = new char[1 << 16];
        Array.Fill(text, 'x');
        if (order.Lines)
        {
            for (int i = 99; i < text.Length; i += 100)
                text[i] = '\n';
        }
        for (int i = 0; i < order.Mebibytes * 16; i++)
            Console.Out.Write(text);
    }

    /// <summary>Closes every socket of its process, which lives on.</summary>
    public static void CloseSockets(Meeting meeting)
    {
        using var line = Rendezvous.Arrive(meeting);
        foreach (string path in Directory.GetFiles("/proc/self/fd"))
        {
            int handle = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture);
            if (File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name.StartsWith("socket:", StringComparison.Ordinal) == true)
                _ = ShutDown(handle, 2);
        }
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Stops its process at once if it is told to, as Ctrl+Z in a terminal would (Unix), and then waits to be let go.</summary>
    public static void StopAndWait((bool Stops, Meeting Meeting) order)
    {
        _ = Kill(Environment.ProcessId, !order.Stops ? 0 : OperatingSystem.IsMacOS() ? 17 : 19);
        Rendezvous.Wait(order.Meeting);
    }

    public static int Length(byte[] bytes) => bytes.Length;

    /// <summary>Returns a result of this size.</summary>
    public static byte[] Bytes((int Length, Meeting Meeting) order)
    {
        Rendezvous.Note(order.Meeting);
        return new byte[order.Length];
    }

    public static void TakeFatal(FatalToRead value) => _ = value;

    public static FatalToWrite MakeFatal() => new();

    private static int StartGrandchild()
    {
        var start = new ProcessStartInfo("sh", ["-c", "sleep 1000 & echo $! >&2; "]) { RedirectStandardError = true };
        using Process shell = Process.Start(start)!;
        int grandchild = int.Parse(shell.StandardError.ReadLine()!, CultureInfo.InvariantCulture);
        shell.WaitForExit();
        return grandchild;
    }

    private static byte[] Touched(int length)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, (byte)1);
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int ShutDown(int socket, int how);
}

/// <summary>Ends the process that reads it.</summary>
[JsonConverter(typeof(Converter))]
public sealed record FatalToRead
{
    private sealed class Converter : JsonConverter<FatalToRead>
    {
        public override FatalToRead Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Environment.FailFast("reading ends it");
            return null;
        }

        public override void Write(Utf8JsonWriter writer, FatalToRead value, JsonSerializerOptions options) => writer.WriteNullValue();

        public override bool HandleNull => true;
    }
}

/// <summary>Ends the process that writes it.</summary>
[JsonConverter(typeof(Converter))]
public sealed record FatalToWrite
{
    private sealed class Converter : JsonConverter<FatalToWrite>
    {
        public override FatalToWrite Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new();

        public override void Write(Utf8JsonWriter writer, FatalToWrite value, JsonSerializerOptions options) =>
            Environment.FailFast("writing ends it");
    }
}
