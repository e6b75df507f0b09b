using System.Collections.Concurrent;
using ForgeOrleans.Invocations;
using ForgeOrleans.Work;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Conformance.Probes;

/// <summary>A handler of changes in the life of installations, in every process of a host.</summary>
public sealed class LifeProbe(DeferredHandlers handlers, IServiceProvider services) : IHostedService
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<ToldChange>> Told = new();

    public static IReadOnlyList<ToldChange> ToldOf(string installation) => [.. Told.GetValueOrDefault(installation) ?? []];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        handlers.Add(
            WorkKind.Lifecycle,
            null,
            DeferredHandlers.Any,
            (LifecycleEvent change, ForgeInvocation invocation) => Told.GetOrAdd(invocation.Installation.InstallationId, _ => [])
                .Enqueue(new(change.ItemId, change.Change, change.FormerInstallationId)),
            services);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What the handler was told.</summary>
public sealed record ToldChange(string ItemId, string Change, string? Former);
