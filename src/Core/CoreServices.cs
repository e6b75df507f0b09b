using System.Diagnostics;
using ForgeOrleans.Audit;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.ProductApis.Storage;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ForgeOrleans;

/// <summary>Registers what every Forge remote has, whichever its front and its host.</summary>
public static class CoreServices
{
    /// <summary>Adds the actors and the handles that handlers take as parameters.</summary>
    /// <param name="remote">The remote.</param>
    public static ForgeRemoteBuilder AddCore(this ForgeRemoteBuilder remote)
    {
        remote
            .AddActor(ActorType.Of<IInstallationActor, InstallationActor>("installation"))
            .AddActor(ActorType.Of<IInstallationIndex, InstallationIndexActor>("installation-index"))
            .AddActor(ActorType.Of<ISiteStateActor, SiteStateActor>("site-state"))
            .AddActor(ActorType.Of<IWorkQueue, WorkQueueActor>("work-queue"))
            .AddActor(ActorType.Of<ICallGate, CallGateActor>("call-gate"))
            .AddActor(ActorType.Of<ICallPool, CallPoolActor>("call-pool"))
            .AddActor(ActorType.Of<IRealmMigrationActor, RealmMigrationActor>("realm-migration"))
            .AddActor(ActorType.Of<IRealmMigrationSlots, RealmMigrationSlotsActor>("realm-migration-slots"))
            .AddActor(ActorType.Of<IAuditLog, AuditLogActor>("audit-log"))
            .AddActor(ActorType.Of<IOfflineUsers, OfflineUsersActor>("offline-users"))
            .AddActor(ActorType.Of<IOfflineTokenBudget, OfflineTokenBudgetActor>("offline-token-budget"));

        var services = remote.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(DistributedContextPropagator.Current);
        services.AddSingleton<Admissions>();
        services.AddSingleton<InstallationIndex>();
        services.AddOptions<LifecycleOptions>().Bind(remote.Configuration.GetSection("Lifecycle"));
        services.AddOptions<SiteStateOptions>();
        services.AddSingleton<OutboxForwarder>();
        services.AddOptions<ProductApiOptions>().Bind(remote.Configuration.GetSection("ProductApi"));
        services.TryAddSingleton<ProductTransport>();
        services.AddSingleton<ProductWatch>();
        services.AddOptions<CallLimitOptions>().Bind(remote.Configuration.GetSection("ProductApi:Limits"));
        services.AddSingleton<ProductMeters>();
        services.AddSingleton<CallPermits>();
        services.AddSingleton<ProductRetries>();
        services.AddSingleton<Circuits>();
        services.AddSingleton<ProductSender>();
        services.AddSingleton<OfflineTokenExchange>();
        services.AddSingleton<OfflineUserTokens>();

        services.AddOptions<WorkOptions>().Bind(remote.Configuration.GetSection("Work"));
        services.TryAddSingleton<IProcesses, ThisProcess>();
        services.AddSingleton<DeferredHandlers>();
        services.AddSingleton<WorkMeters>();
        services.AddSingleton<WorkAttempt>();
        services.AddSingleton<WorkRunner>();
        // All hosted services are made before the first is started, so this is the first that would miss the actors.
        services.AddHostedService(provider => provider.GetService<IActors>() is null
            ? throw new ForgeConfigurationException("no host was chosen for the actors. Write builder.AddForgeRemote().UseSingleNode().")
            : provider.GetRequiredService<WorkRunner>());

        services.AddOptions<RealmMigrationOptions>().Bind(remote.Configuration.GetSection("RealmMigrations"));
        services.AddScoped<RealmMigrationHooks>();
        services.AddScoped<RealmMigrationWork>();

        services.AddScoped<HandlerScope>();
        services.AddScoped(scope => scope.GetRequiredService<HandlerScope>().Invocation);
        services.AddScoped<SiteState>();
        services.AddScoped<SiteWork>();
        services.AddScoped<ForgeProducts>();
        services.AddScoped<JiraApi>();
        services.AddScoped<ConfluenceApi>();
        services.AddScoped<BitbucketApi>();
        services.AddScoped<GraphQlApi>();
        services.AddOptions<ForgeStorageOptions>();
        services.AddScoped<ForgeStorage>();
        return remote;
    }
}
