using ForgeOrleans.PostgreSql;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace ForgeOrleans.Silo.Providers;

/// <summary>Makes the tables and the first encryption key before the silo looks for them; silos that start together wait for each other.</summary>
internal sealed class PostgreSqlStart(NpgsqlDataSource dataSource, IKeyManager keys, TimeProvider clock) : IHostedLifecycleService
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(90);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await PostgreSqlSchema.EnsureAsync(dataSource, cancellationToken);
        await PostgreSqlSchema.ExclusivelyAsync(dataSource, MakeFirstKey, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Two silos that each made one would each go on with its own for a day, and not read what the other wrote.
    private void MakeFirstKey()
    {
        var now = clock.GetUtcNow();
        if (keys.GetAllKeys().Count == 0)
            keys.CreateNewKey(now, now + KeyLifetime);
    }
}
