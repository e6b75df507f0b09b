using ForgeOrleans.Grains;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace ForgeOrleans.Silo.Redis;

/// <summary>
/// Keeps everything in Redis: members, reminders, an actor's rows as one value under one key, and the encryption keys. Chosen by
/// <c>Forge:Cluster:Provider</c> = <c>Redis</c>; <c>Forge:Cluster:ConnectionString</c> is in StackExchange.Redis' form.
/// </summary>
/// <remarks>
/// <para>
/// Redis forgets by default. With its own settings it loses the last second or the last minutes when it ends, although the commits were
/// acknowledged; only <c>appendonly yes</c> with <c>appendfsync always</c> keeps them. A silo reads these settings when it starts and warns
/// where they lose something, or where it may not read them. A server that evicts keys (<c>maxmemory-policy allkeys-…</c>) would drop sites while
/// it runs: on such a one the silo does not start.
/// </para>
/// <para>
/// Replicas follow some time behind, so a failover can lose acknowledged commits with any settings. Who cannot accept that takes PostgreSQL.
/// </para>
/// <para>
/// Every commit writes the actor whole, and all of it lies in the server's memory. All keys begin with the <c>ServiceId</c>, so several apps may
/// share a server.
/// </para>
/// </remarks>
public sealed class RedisCluster() : ClusterProvider("Redis")
{
    /// <inheritdoc/>
    public override void Validate(ForgeClusterOptions options) => RedisSettings.Parse(ConnectionString(options));

    /// <inheritdoc/>
    public override void AddTo(ISiloBuilder silo, ForgeClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(silo);
        var settings = RedisSettings.Parse(ConnectionString(options));
        silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = settings);
        silo.UseRedisReminderService(reminders => reminders.ConfigurationOptions = settings);
        silo.AddRedisGrainStorage(PersistentRows.ProviderName, storage => storage.Configure<Serializer>((rows, serializer) =>
        {
            rows.ConfigurationOptions = settings;
            // The default, JSON, has the rows in base64, which is a third longer.
            rows.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));
        silo.Services.AddSingleton(_ => new RedisConnection(settings));
        silo.Services.AddHostedService<RedisStart>();
        silo.Services.AddHealthChecks().AddCheck<RedisHealth>("storage", tags: ["ready"]);
    }

    /// <inheritdoc/>
    public override void AddTo(IClientBuilder client, ForgeClusterOptions options)
    {
        var settings = RedisSettings.Parse(ConnectionString(options));
        client.UseRedisClustering(clustering => clustering.ConfigurationOptions = settings);
    }

    /// <inheritdoc/>
    public override IXmlRepository Keys(IServiceProvider services) => new RedisKeyRing(
        services.GetRequiredService<RedisConnection>(), services.GetRequiredService<IOptions<ClusterOptions>>().Value.ServiceId);
}
