using System.Globalization;

namespace Offloop.Chaos.Surroundings;

/// <summary>A control group of Linux, of either version, below that of this process. It limits one resource of the processes in it.
/// </summary>
internal sealed class ControlGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private readonly string _directory;
    private readonly string _limit;
    private readonly string _none;

    private ControlGroup(string directory, string limit, string none) => (_directory, _limit, _none) = (directory, limit, none);

    /// <summary>A group that limits the number of threads; null if this process may not make one.</summary>
    public static ControlGroup? OfProcesses() => Create("pids", "pids.max", "max");

    /// <summary>A group that limits memory; null if this process may not make one.</summary>
    public static ControlGroup? OfMemory() =>
        Create("memory", "memory.max", "max") ?? Create("memory", "memory.limit_in_bytes", "-1");

    /// <summary>Takes a process in, and returns whether it is still there to be taken. Its later children are in it too.</summary>
    public bool TryAdd(int process) => TryMove(process, _directory);

    public void Limit(long most) => Write(most.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends the limit. The processes go back to the group above, because a limit that they exceed already could not be set again.
    /// </summary>
    public void Lift()
    {
        Write(_none);
        foreach (string process in File.ReadAllLines(Path.Combine(_directory, "cgroup.procs")))
            TryMove(int.Parse(process, CultureInfo.InvariantCulture), Path.GetDirectoryName(_directory)!);
    }

    /// <summary>Removes the group. The processes in it must have ended.</summary>
    public void Dispose()
    {
        try
        {
            Directory.Delete(_directory);
        }
        catch (IOException)
        {
            // a process in it has not ended yet; an empty group without a limit harms nobody
        }
    }

    private static bool TryMove(int process, string group)
    {
        try
        {
            File.WriteAllText(Path.Combine(group, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static ControlGroup? Create(string controller, string limit, string none)
    {
        foreach (string line in File.ReadLines("/proc/self/cgroup"))
        {
            string[] parts = line.Split(':', 3);
            string mount = parts[1].Length == 0 ? Root : Path.Combine(Root, parts[1]); // version 2 has one hierarchy without a name
            string above = Path.Join(mount, parts[2]);
            if ((parts[1].Length > 0 && !parts[1].Split(',').Contains(controller)) || !File.Exists(Path.Combine(above, "cgroup.procs")))
                continue;
            string directory = Path.Combine(above, string.Create(CultureInfo.InvariantCulture, $"chaos-{Environment.ProcessId}"));
            try
            {
                Directory.CreateDirectory(directory);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            if (File.Exists(Path.Combine(directory, limit)))
                return new ControlGroup(directory, limit, none);
            Directory.Delete(directory);
        }
        return null;
    }

    private void Write(string limit) => File.WriteAllText(Path.Combine(_directory, _limit), limit);
}
