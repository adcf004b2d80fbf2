using System.Runtime.Versioning;
using Offloop.Cluster.Trust;

namespace Offloop.Tests.Cluster.Trust;

public sealed class ClusterKeyTests : IDisposable
{
    private static readonly byte[] s_conversation = [1, 2, 3];

    private readonly KeyFolder _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact(Timeout = Waiting.Hang)]
    public async Task The_key_of_a_user_is_made_once_although_many_processes_start_at_the_same_time()
    {
        string path = Path.Combine(_keys.Path, "new", "deeper", "cluster.key");

        byte[][] proofs = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => ClusterKey.OfUser(path).Prove("node", s_conversation))));

        Assert.Single(proofs.Select(Convert.ToHexString).Distinct());
        Assert.Equal(path, Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!)));
        if (OperatingSystem.IsWindows())
            return; // which has no such rights
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_key_proves_itself_to_the_same_key_alone_and_for_that_role_and_conversation_alone()
    {
        ClusterKey one = ClusterKey.Load(_keys.KeyFile);
        ClusterKey same = ClusterKey.Load(_keys.Write("same.key", new string('k', 32) + "\r\n"));
        ClusterKey other = ClusterKey.Load(_keys.Write("other.key", new string('k', 31) + "o"));
        byte[] proof = one.Prove("node", s_conversation);

        Assert.True(same.IsProof(proof, "node", s_conversation));
        Assert.False(other.IsProof(proof, "node", s_conversation));
        Assert.False(same.IsProof(proof, "executor", s_conversation));
        Assert.False(same.IsProof(proof, "node", [3, 2, 1]));
        Assert.False(same.IsProof(proof.AsSpan(1), "node", s_conversation));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [UnsupportedOSPlatform("windows")]
    public void A_key_that_others_may_use_is_refused(UnixFileMode more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such rights.");
        File.SetUnixFileMode(_keys.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        Assert.Contains("others than its owner may use it; take that away (chmod 600)", Refusal(_keys.KeyFile), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(1025)]
    public void A_key_of_another_length_is_refused_and_not_shown(int length)
    {
        string sentence = Refusal(_keys.Write("odd.key", new string('s', length)));

        Assert.Contains("32 to 1024 bytes, but it has", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("sss", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_named_is_never_made()
    {
        string path = Path.Combine(_keys.Path, "none.key");

        Assert.Contains("does not exist; copy it from a machine that has it", Refusal(path), StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_place_where_no_key_can_be_kept_is_told()
    {
        string path = Path.Combine(_keys.KeyFile, "cluster.key"); // in a folder that is a file

        var error = Assert.Throws<ClusterStartException>(() => ClusterKey.OfUser(path));

        Assert.StartsWith($"The key of the cluster cannot be kept in '{path}' (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("set KeyFile to a file that exists.", error.Message, StringComparison.Ordinal);
    }

    private static string Refusal(string path) => Assert.Throws<ClusterStartException>(() => ClusterKey.Load(path)).Message;
}
