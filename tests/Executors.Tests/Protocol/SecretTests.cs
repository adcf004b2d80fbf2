using Offloop.Protocol;

namespace Offloop.Tests.Protocol;

public sealed class SecretTests
{
    [Theory]
    [InlineData(6)]
    [InlineData(Handshake.SecretBytes)]
    public void Secrets_have_their_length_and_are_never_the_same(int length)
    {
        byte[][] secrets = [.. Enumerable.Range(0, 1000).Select(_ => Secret.New(length))];

        Assert.All(secrets, secret => Assert.Equal(length, secret.Length));
        Assert.Equal(secrets.Length, secrets.Select(Convert.ToHexString).Distinct().Count());
        // A Guid has fixed bits in two of its bytes, at most four in one.
        Assert.All(Enumerable.Range(0, length), at => Assert.True(secrets.Select(secret => secret[at]).Distinct().Count() >= 16));
    }
}
