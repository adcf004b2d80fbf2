using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Hosting;
using Offloop.Cluster.Options;
using StackExchange.Redis;

namespace Offloop.Coordinator.Clustering;

/// <summary>Redis as the store of a cluster: one hash for each cluster. Redis needs nothing to be made before.</summary>
internal static class RedisStore
{
    private const int DefaultPort = 6379;

    public static ClusterStore At(StoreAddress address)
    {
        X509Certificate2Collection? authorities = address.Scheme == "rediss" ? address.TakeAuthorities()?.Authorities : null;
        address.TakeNoMore(address.Scheme == "rediss" ? "sslrootcert" : "nothing there");
        ConfigurationOptions first = Settings(address, authorities);
        first.ConnectRetry = 0;
        ConfigurationOptions lasting = Settings(address, authorities);
        lasting.AbortOnConnectFail = false; // it was there, and it is awaited when it goes
        string name = address.ToString();
        return ClusterStore.Of(
            silo => silo.UseRedisClustering(options => options.ConfigurationOptions = lasting),
            token => TryAsync(first, name, token), name);
    }

    private static ConfigurationOptions Settings(StoreAddress address, X509Certificate2Collection? authorities)
    {
        int number = 0;
        if (address.Path.Length > 0
            && !int.TryParse(address.Path, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            throw address.Bad("the address has a path that is not the number of a database; expected one such as redis://HOST:6379/0");
        }
        var settings = new ConfigurationOptions
        {
            EndPoints = { { address.Host, address.Port < 0 ? DefaultPort : address.Port } },
            User = address.User,
            Password = address.Password,
            DefaultDatabase = number,
            Ssl = address.Scheme == "rediss",
            ClientName = "offloop",
        };
        if (authorities is not null)
            settings.SslClientAuthenticationOptions = host => Trusting(authorities, host);
        return settings;
    }

    private static SslClientAuthenticationOptions Trusting(X509Certificate2Collection authorities, string host)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // as without authorities
        };
        policy.CustomTrustStore.AddRange(authorities);
        return new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy };
    }

    /// <summary>Finds out whether the server answers, because Orleans would say no more than that it does not.</summary>
    private static async Task TryAsync(ConfigurationOptions settings, string name, CancellationToken cancellationToken)
    {
        try
        {
            await using ConnectionMultiplexer connection =
                await ConnectionMultiplexer.ConnectAsync(settings).WaitAsync(cancellationToken);
            await connection.GetDatabase().PingAsync().WaitAsync(cancellationToken);
        }
        catch (RedisConnectionException error) when (error.FailureType == ConnectionFailureType.AuthenticationFailure)
        {
            throw new ClusterStartException(
                settings.Ssl && error.GetBaseException() is AuthenticationException
                    ? StoreAddress.Distrusted(name)
                    : StoreAddress.Refused(name),
                error);
        }
        catch (Exception error) when (error is RedisConnectionException or RedisTimeoutException)
        {
            throw new ClusterStartException($"The store {name} cannot be reached; start it, or correct the address.", error)
            {
                MayPass = true,
            };
        }
        catch (RedisException error)
        {
            throw new ClusterStartException($"The store {name} does not do what is asked of it: {error.Message}", error);
        }
    }
}
