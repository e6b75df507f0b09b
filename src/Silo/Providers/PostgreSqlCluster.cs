using ForgeOrleans.Hosting;
using ForgeOrleans.PostgreSql;
using ForgeOrleans.Silo.Health;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ForgeOrleans.Silo.Providers;

/// <summary>Keeps everything in one PostgreSQL database, whose tables it makes itself.</summary>
internal sealed class PostgreSqlCluster() : ClusterProvider("PostgreSQL")
{
    private const string Invariant = "Npgsql";

    public override void Validate(ForgeClusterOptions options)
    {
        var connectionString = ConnectionString(options);
        try
        {
            using var _ = PostgreSqlDataSource.Create(connectionString);
        }
        catch (ForgeConfigurationException e)
        {
            throw new ForgeConfigurationException($"Forge:Cluster:ConnectionString is not usable: {e.Message}", e);
        }
    }

    public override void AddTo(ISiloBuilder silo, ForgeClusterOptions options)
    {
        var connectionString = PostgreSqlDataSource.WithDefaults(ConnectionString(options));
        silo.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, connectionString));
        silo.UseAdoNetReminderService(reminders => (reminders.Invariant, reminders.ConnectionString) = (Invariant, connectionString));
        silo.Services.AddSingleton(_ => PostgreSqlDataSource.Create(connectionString));
        silo.Services.AddSingleton<IActorStorage, PostgreSqlActorStorage>();
        silo.Services.AddHostedService<PostgreSqlStart>();
        silo.Services.AddHealthChecks().AddCheck<PostgreSqlHealth>("storage", tags: ["ready"]);
    }

    public override void AddTo(IClientBuilder client, ForgeClusterOptions options)
    {
        var connectionString = PostgreSqlDataSource.WithDefaults(ConnectionString(options));
        client.UseAdoNetClustering(clustering => (clustering.Invariant, clustering.ConnectionString) = (Invariant, connectionString));
    }

    public override IXmlRepository Keys(IServiceProvider services) => new PostgreSqlKeyRing(services.GetRequiredService<NpgsqlDataSource>());
}
