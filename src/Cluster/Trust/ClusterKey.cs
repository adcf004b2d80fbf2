using System.Security.Cryptography;
using System.Text;
using Offloop.Cluster.Options;

namespace Offloop.Cluster.Trust;

/// <summary>The key that all processes of a cluster share. It never leaves this class: others get proofs that it is here.</summary>
internal sealed class ClusterKey
{
    public const int ProofBytes = HMACSHA256.HashSizeInBytes;
    private const int NewBytes = 32;
    private const int LeastBytes = 32;
    private const int MostBytes = 1024;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly byte[] _key;

    private ClusterKey(byte[] key, string path)
    {
        _key = key;
        Path = path;
    }

    /// <summary>The file of the key.</summary>
    public string Path { get; }

    /// <summary>Reads the key. The user's own file is made if there is none.</summary>
    /// <param name="path">The file; null for the user's own.</param>
    /// <exception cref="ClusterStartException">The file cannot be used.</exception>
    public static ClusterKey Load(string? path) => path is null ? OfUser(UsersFile()) : Read(path);

    /// <summary>Reads the key, and makes it if there is none.</summary>
    public static ClusterKey OfUser(string path)
    {
        try
        {
            if (!File.Exists(path))
                Make(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClusterStartException(
                $"The key of the cluster cannot be kept in '{path}' ({error.Message}); set KeyFile to a file that exists.", error);
        }
        return Read(path);
    }

    /// <summary>Proves that the key is here, for one role and one conversation.</summary>
    public byte[] Prove(string role, ReadOnlySpan<byte> conversation)
    {
        byte[] all = [.. Encoding.ASCII.GetBytes(role + "\n"), .. conversation];
        return HMACSHA256.HashData(_key, all);
    }

    /// <summary>Whether the peer's proof is right. It takes the same time for every wrong one.</summary>
    public bool IsProof(ReadOnlySpan<byte> said, string role, ReadOnlySpan<byte> conversation) =>
        CryptographicOperations.FixedTimeEquals(said, Prove(role, conversation));

    private static string UsersFile()
    {
        string folder = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length > 0
            ? System.IO.Path.Combine(folder, "offloop", "cluster.key")
            : throw new ClusterStartException("This user has no folder for the settings of applications, so there is no key; set KeyFile.");
    }

    private static ClusterKey Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw new ClusterStartException(
                    $"The file '{path}' has the key of the cluster, but others than its owner may use it; take that away (chmod 600), and "
                    + "make another key if somebody may have read this one.");
            }
            byte[] read = new byte[MostBytes + 1];
            int count = file.ReadAtLeast(read, read.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> key = read.AsSpan(0, count).TrimEnd(" \r\n"u8);
            return count <= MostBytes && key.Length >= LeastBytes
                ? new ClusterKey(key.ToArray(), path)
                : throw new ClusterStartException(
                    $"The file '{path}' should have the key of the cluster, {LeastBytes} to {MostBytes} bytes, but it has "
                    + $"{(count <= MostBytes ? key.Length : "more")}; put a longer random text there, or remove it.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ClusterStartException(
                $"The file '{path}' with the key of the cluster does not exist; copy it from a machine that has it, or leave KeyFile out.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClusterStartException(
                $"The file '{path}' with the key of the cluster cannot be read ({error.Message}); let the user of this process read it.",
                error);
        }
    }

    /// <summary>Makes the file as a whole: of processes that do so at the same time one succeeds, and the others read its key.</summary>
    private static void Make(string path)
    {
        string folder = System.IO.Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnersFolder);

        string begun = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnersFile;
            using (var file = new FileStream(begun, options))
            {
                file.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(2 * NewBytes, lowercase: true) + "\n"));
                file.Flush(flushToDisk: true);
            }
            File.Move(begun, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster. Its key is the one.
        }
        finally
        {
            File.Delete(begun);
        }
    }
}
