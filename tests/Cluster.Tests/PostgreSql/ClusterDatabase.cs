using ForgeOrleans.Hosting;
using ForgeOrleans.PostgreSql;
using ForgeOrleans.TokenProtection;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ForgeOrleans.Cluster.Tests.PostgreSql;

/// <summary>A database of a cluster's own, with its tables.</summary>
internal sealed class ClusterDatabase(NpgsqlDataSource dataSource) : IAsyncDisposable
{
    public static async Task<ClusterDatabase> NewAsync(DatabaseServer server)
    {
        var dataSource = PostgreSqlDataSource.Create(await server.Server.CreateDatabaseAsync());
        await PostgreSqlSchema.EnsureAsync(dataSource);
        return new(dataSource);
    }

    public NpgsqlCommand Command(string sql) => dataSource.CreateCommand(sql);

    public void AddTo(IServiceCollection services, IReminderTable reminders) => services
        .AddSingleton<IActorStorage>(new PostgreSqlActorStorage(dataSource))
        .AddSingleton(reminders)
        .AddTokenProtection(_ => new PostgreSqlKeyRing(dataSource));

    public ValueTask DisposeAsync() => dataSource.DisposeAsync();
}
