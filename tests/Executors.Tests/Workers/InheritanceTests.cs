using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;
using Offloop.Protocol;

namespace Offloop.Tests.Workers;

/// <summary>Looks at a running pool as ps, lsof and strace would: there is no secret, and no handle where it
/// should not be (Linux, through /proc).</summary>
public sealed class InheritanceTests : SupervisionTests
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.NonPublic;

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task A_running_pool_shows_no_secret_and_children_inherit_no_handle()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks through /proc.");
        using var log = new TestLog();
        string marker = Path.GetTempFileName();
        using var held = new FileStream(marker, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var pool = new ProcessPoolExecutor(One with { LoggerFactory = log });
        int[] children = await pool.SubmitAsync(Inheriting.StartChildren);
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => pool.SubmitAsync(Throwing.Invalid, "no"));
        int worker = Assert.Single(Processes(pool));
        LaunchMessage launch = LaunchOf(pool);

        foreach (int process in (int[])[worker, .. children])
        {
            AssertNoSecret(launch, await File.ReadAllBytesAsync($"/proc/{process}/cmdline"));
            AssertNoSecret(launch, await File.ReadAllBytesAsync($"/proc/{process}/environ"));
        }
        AssertNoSecret(launch, Encoding.UTF8.GetBytes(string.Join('\n', log.Lines) + error));

        string[] inherited = Handles(Environment.ProcessId);
        string[] workers = [.. Handles(worker).Except(inherited)];
        Assert.Equal("0 /dev/null", Handles(worker)[0]);
        Assert.DoesNotContain(workers, handle => handle.Contains(marker, StringComparison.Ordinal));
        Assert.Empty(Sockets(workers).Intersect(Sockets(inherited)));
        foreach (int child in children)
        {
            // Handles that the starter of this test left open to all its descendants are not ours to judge.
            string[] handles = [.. Handles(child).Except(inherited)];
            Assert.All(handles, handle => Assert.Contains(handle[..2], (string[])["0 ", "1 ", "2 "]));
            Assert.Equal("0 /dev/null", Handles(child)[0]);
            Assert.Empty(Sockets(handles));
        }

        // No way in is left on disk either.
        string[] files = Directory.GetFileSystemEntries(Path.GetDirectoryName(launch.StartMarkFile)!);
        Assert.DoesNotContain(files, file => file == launch.ControlPipe || file == launch.ReportPipe || file == launch.DataPipe);
        foreach (string file in files)
            AssertNoSecret(launch, await ReadSharedAsync(file));

        await EndAsync(pool);
        foreach (int child in children)
            await Waiting.UntilGoneAsync(child);
        File.Delete(marker);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task Workers_that_start_together_have_nothing_of_each_other_and_children_nothing_of_anybody()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It looks through /proc.");
        await using var point = new MeetingPoint();
        string marker = Path.GetTempFileName();
        int handle = Inheriting.OpenForChildren(marker);
        var pool = new ProcessPoolExecutor(Two);
        Task<int> first = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Task<int> second = pool.SubmitAsync(Rendezvous.Wait, point.For());
        Visitor[] visitors = await point.NextAsync(2);
        visitors[0].LetGo();
        await Task.WhenAny(first, second);
        int[] children = await pool.SubmitAsync(Inheriting.StartChildren); // the other one is still away
        int[] workers = Processes(pool);

        // This process may have a handle with the same number that its starter left open to all its descendants.
        string[] ours = Handles(Environment.ProcessId);
        Assert.Empty(Channels(Handles(workers[0]).Except(ours)).Intersect(Channels(Handles(workers[1]).Except(ours))));
        foreach (int child in children)
            Assert.DoesNotContain(Handles(child), open => open.Contains(marker, StringComparison.Ordinal));
        foreach (LaunchMessage launch in LaunchesOf(pool))
        {
            foreach (int process in workers.Concat(children))
            {
                AssertNoSecret(launch, await File.ReadAllBytesAsync($"/proc/{process}/cmdline"));
                AssertNoSecret(launch, await File.ReadAllBytesAsync($"/proc/{process}/environ"));
            }
        }

        Inheriting.Close(handle);
        visitors[1].LetGo();
        await Task.WhenAll(first, second);
        await EndAsync(pool);
        foreach (int child in children)
            await Waiting.UntilGoneAsync(child);
        File.Delete(marker);
    }

    [Fact(Timeout = Waiting.Hang)]
    [Trait("Conformance", "J111")]
    public async Task The_private_directory_is_for_its_user_only()
    {
        if (OperatingSystem.IsWindows())
            return; // there are no modes
        var pool = new ProcessPoolExecutor(One);
        await pool.SubmitAsync(Basics.Nothing);
        string directory = Path.GetDirectoryName(LaunchOf(pool).StartMarkFile)!;

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));

        await EndAsync(pool);
        Assert.False(Directory.Exists(directory));
    }

    /// <summary>The secrets are in one field of one object; a test has to dig for them.</summary>
    private static LaunchMessage LaunchOf(ProcessPoolExecutor pool) => LaunchesOf(pool).Single();

    private static LaunchMessage[] LaunchesOf(ProcessPoolExecutor pool) =>
        [.. PoolInternals.ChannelsOf(pool).Select(static channel => (LaunchMessage)PoolInternals.Field(channel, "_message"))];

    private static void AssertNoSecret(LaunchMessage launch, byte[] text)
    {
        foreach (byte[] secret in (byte[][])[launch.ServerSecret, launch.WorkerSecret])
        {
            string hex = Convert.ToHexString(secret);
            byte[][] forms =
            [
                secret,
                Encoding.ASCII.GetBytes(Convert.ToBase64String(secret)),
                Encoding.ASCII.GetBytes(hex),
                Encoding.ASCII.GetBytes(hex.ToLowerInvariant()),
            ];
            Assert.All(forms, form => Assert.True(text.AsSpan().IndexOf(form) < 0, "A secret was found."));
        }
    }

    /// <summary>The open handles of a process: the number of each and its target.</summary>
    private static string[] Handles(int process) =>
    [
        .. new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd")).GetFileSystemInfos()
            .Where(info => info.LinkTarget is not null)
            .OrderBy(info => int.Parse(info.Name, CultureInfo.InvariantCulture))
            .Select(info => $"{info.Name} {info.LinkTarget}"),
    ];

    private static IEnumerable<string> Sockets(IEnumerable<string> handles) =>
        Targets(handles).Where(target => target.StartsWith("socket:", StringComparison.Ordinal));

    private static IEnumerable<string> Channels(IEnumerable<string> handles) =>
        Targets(handles).Where(
            target => target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith("pipe:", StringComparison.Ordinal));

    private static IEnumerable<string> Targets(IEnumerable<string> handles) =>
        handles.Select(handle => handle[(handle.IndexOf(' ', StringComparison.Ordinal) + 1)..]);

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var all = new MemoryStream();
            await stream.CopyToAsync(all);
            return all.ToArray();
        }
        catch (IOException)
        {
            return []; // the lock file, which is empty
        }
    }
}
