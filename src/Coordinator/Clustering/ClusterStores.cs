using Offloop.Coordinator.Cli;

namespace Offloop.Coordinator.Clustering;

/// <summary>The stores that can keep the list of a cluster's members, as the command line names them.</summary>
internal static class ClusterStores
{
    public const string Accepted = "redis://HOST:PORT/NUMBER, postgres://USER@HOST:PORT/DATABASE, or @FILE with such an address in its "
        + "first line";

    private const string Option = "--cluster-store";

    private const int MaxLine = 4096;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    /// <summary>Reads the address of a store, or the file that has it. Nothing is connected by this.</summary>
    /// <exception cref="UsageException">It is no address, or the file cannot be used. The sentence shows no password.</exception>
    public static ClusterStore Parse(string text)
    {
        if (text is ['@', .. var file])
            return OfFile(Path.GetFullPath(file.Length > 0 ? file : throw new UsageException(Option, $"expected {Accepted}")));
        var address = StoreAddress.Parse(text, Option);
        return address.Password is null
            ? Of(address, Option)
            : throw new UsageException(
                Option,
                "who lists the processes of this machine would see the password; expected the address in a file of yours alone, and @FILE "
                + "here");
    }

    private static ClusterStore OfFile(string path)
    {
        string line;
        bool isOpen;
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read));
            isOpen = !OperatingSystem.IsWindows()
                && (File.GetUnixFileMode(((FileStream)reader.BaseStream).SafeFileHandle) & Others) != 0;
            char[] read = new char[MaxLine];
            line = new string(read, 0, reader.ReadBlock(read)).Split('\n', 2)[0].Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{Option} @{path}", $"the file cannot be read ({error.Message.TrimEnd('.')}); expected one with the "
                + "address of the store in its first line");
        }
        string subject = $"{Option} @{path}";
        if (line.Length is 0 or MaxLine)
            throw new UsageException(subject, "expected the address of the store in the first line of the file");
        var address = StoreAddress.Parse(line, subject);
        return !isOpen || address.Password is null
            ? Of(address, subject)
            : throw new UsageException(
                subject,
                "the file has a password, but others than its owner may use it; take that away (chmod 600), and change the password if "
                + "somebody may have read it");
    }

    private static ClusterStore Of(StoreAddress address, string subject) => address.Scheme switch
    {
        "redis" or "rediss" => RedisStore.At(address),
        "postgres" or "postgresql" => PostgresStore.At(address),
        var other => throw new UsageException(subject, $"there is no store '{other}'; expected {Accepted}"),
    };
}
