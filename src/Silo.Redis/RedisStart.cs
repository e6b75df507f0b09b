using ForgeOrleans.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ForgeOrleans.Silo.Redis;

/// <summary>Before the silo starts: is there a server, and does it keep what it is given?</summary>
internal sealed partial class RedisStart(RedisConnection connection, ILogger<RedisStart> logger) : IHostedLifecycleService
{
    private const string Kept = "appendonly yes and appendfsync always";

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Connecting waits for the network on the thread that asks for it.
            var database = await Task.Run(() => connection.Database, cancellationToken);
            await database.PingAsync(CommandFlags.DemandMaster).WaitAsync(cancellationToken);
            await LookAtSettingsAsync(database, cancellationToken);
        }
        catch (RedisConnectionException e) when (e.FailureType == ConnectionFailureType.AuthenticationFailure)
        {
            throw new ForgeConfigurationException(
                $"the Redis server {connection.Servers} refuses the password or the user. Check user= and password= in Forge:Cluster:ConnectionString.", e);
        }
        catch (RedisServerException e)
        {
            throw new ForgeConfigurationException(
                $"the Redis server {connection.Servers} cannot be used ({e.Message}). Check user, password and what the user may do.", e);
        }
        catch (Exception e) when (RedisConnection.IsStorageError(e))
        {
            throw new StorageUnavailableException(
                $"the Redis server {connection.Servers} does not answer as it should. Is it running, and can this machine reach it, with or without ssl=true?", e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task LookAtSettingsAsync(IDatabase database, CancellationToken cancellationToken)
    {
        string appendOnly, appendFsync, eviction;
        try
        {
            appendOnly = await SettingAsync(database, "appendonly", cancellationToken);
            appendFsync = await SettingAsync(database, "appendfsync", cancellationToken);
            eviction = await SettingAsync(database, "maxmemory-policy", cancellationToken);
        }
        catch (RedisServerException)
        {
            // Managed servers often keep CONFIG to themselves.
            Log.UnknownSettings(logger, connection.Servers, Kept);
            return;
        }
        if (eviction.StartsWith("allkeys-", StringComparison.OrdinalIgnoreCase))
            throw new ForgeConfigurationException(
                $"the Redis server {connection.Servers} is a cache: with maxmemory-policy {eviction} it drops sites' data while it runs. Set maxmemory-policy noeviction, or name a server of its own.");
        if (appendOnly != "yes" || appendFsync != "always")
            Log.NotDurable(logger, connection.Servers, appendOnly, appendFsync, Kept);
    }

    // Not by the client's own method, which is for administrators' connections only.
    private static async Task<string> SettingAsync(IDatabase database, string name, CancellationToken cancellationToken) =>
        (await database.ExecuteAsync("CONFIG", "GET", name).WaitAsync(cancellationToken)) is { Length: 2 } answer ? answer[1].ToString() : "";

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Warning,
            "The Redis server {Servers} may lose what was acknowledged when it ends: appendonly is '{AppendOnly}' and appendfsync '{AppendFsync}'. Set {Kept}.")]
        public static partial void NotDurable(ILogger logger, string servers, string appendOnly, string appendFsync, string kept);

        [LoggerMessage(71, LogLevel.Warning,
            "The Redis server {Servers} does not let its settings be read. It keeps what it acknowledges only with {Kept}, and must not evict keys.")]
        public static partial void UnknownSettings(ILogger logger, string servers, string kept);
    }
}
