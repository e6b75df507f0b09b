using ForgeOrleans.Grains;
using ForgeOrleans.TokenProtection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>Silos whose actors' rows are in a storage provider of Orleans, each actor's in one state.</summary>
public abstract class MemoryCluster(short silos) : TestedCluster(silos)
{
    private readonly KeptKeys _keys = new();

    public KeptStorage Storage { get; } = new();

    public KeptReminders Reminders { get; } = new();

    public override Task<string> StorageMarkAsync() => Task.FromResult($"{Storage.Writes}");

    public override Task OvertakeAsync(string kind, string key)
    {
        Storage.Overtake("rows", GrainId.Create(kind, key));
        return Task.CompletedTask;
    }

    protected override void AddStorage(IServiceCollection services) => services
        .AddKeyedSingleton<IGrainStorage>(PersistentRows.ProviderName, Storage)
        .AddSingleton<IReminderTable>(Reminders)
        .AddTokenProtection(_ => _keys);
}

public sealed class TwoSilos() : MemoryCluster(2);

/// <summary>Silos that run no work: a test does it.</summary>
public sealed class TwoIdleSilos() : MemoryCluster(2)
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Forge:Work:PerProcess", "0")];
}

public sealed class ThreeSilos() : MemoryCluster(3);
