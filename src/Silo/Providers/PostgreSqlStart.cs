using ForgeOrleans.PostgreSql;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ForgeOrleans.Silo.Providers;

/// <summary>Makes the tables before the silo looks for them; silos that start together wait for each other.</summary>
internal sealed class PostgreSqlStart(NpgsqlDataSource dataSource) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => PostgreSqlSchema.EnsureAsync(dataSource, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
