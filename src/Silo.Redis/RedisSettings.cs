using System.Net;
using StackExchange.Redis;

namespace ForgeOrleans.Silo.Redis;

/// <summary>Reads a connection string of Redis.</summary>
internal static class RedisSettings
{
    // A turn that waits for a server that is gone must fail with that reason, and not with a silo that seems not to answer: calls wait 5 seconds.
    private const string Defaults = "syncTimeout=3000,name=ForgeOrleans,";

    /// <summary>Reads it, and completes what it leaves open; what it says itself comes later and wins.</summary>
    /// <param name="connectionString">In StackExchange.Redis' form. It is never printed: it may hold a password.</param>
    /// <exception cref="ForgeConfigurationException">It is no connection string, or names no server.</exception>
    public static ConfigurationOptions Parse(string connectionString)
    {
        try
        {
            var settings = ConfigurationOptions.Parse(Defaults + connectionString);
            // An address such as redis://… is taken for the name of a host.
            if (settings.EndPoints.Count == 0 || settings.EndPoints.OfType<DnsEndPoint>().Any(server => server.Host.Contains('/', StringComparison.Ordinal)))
                throw new ArgumentException("No server is named.");
            // Who starts without a server shall hear it at once; a connection that was made once is made again whatever this says.
            settings.AbortOnConnectFail = true;
            return settings;
        }
        // Without the cause: it may quote what it could not read.
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw new ForgeConfigurationException(
                "the connection string of Redis cannot be used. It looks like 'redis.example.com:6379,password=…,ssl=true', without redis:// before it.");
        }
    }
}
