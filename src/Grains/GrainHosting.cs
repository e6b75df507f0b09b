using ForgeOrleans.Audit;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.ProductApis;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Storage;
using Orleans.Timers;

namespace ForgeOrleans.Grains;

/// <summary>Registers what the actors need to be grains, on silos and on their clients.</summary>
public static class GrainHosting
{
    /// <summary>Says which grain every actor of this library is. An actor of one's own is added beside, as an <see cref="ActorGrain"/>.</summary>
    /// <param name="services">The application's services.</param>
    public static IServiceCollection AddForgeGrainKinds(this IServiceCollection services) => services
        .AddSingleton(ActorGrain.Of<IInstallationActor, IInstallationGrain>())
        .AddSingleton(ActorGrain.Of<IInstallationIndex, IInstallationIndexGrain>())
        .AddSingleton(ActorGrain.Of<ISiteStateActor, ISiteStateGrain>())
        .AddSingleton(ActorGrain.Of<IWorkQueue, IWorkQueueGrain>())
        .AddSingleton(ActorGrain.Of<ICallGate, ICallGateGrain>())
        .AddSingleton(ActorGrain.Of<ICallPool, ICallPoolGrain>())
        .AddSingleton(ActorGrain.Of<IRealmMigrationActor, IRealmMigrationGrain>())
        .AddSingleton(ActorGrain.Of<IRealmMigrationSlots, IRealmMigrationSlotsGrain>())
        .AddSingleton(ActorGrain.Of<IAuditLog, IAuditLogGrain>())
        .AddSingleton(ActorGrain.Of<IOfflineUsers, IOfflineUsersGrain>())
        .AddSingleton(ActorGrain.Of<IOfflineTokenBudget, IOfflineTokenBudgetGrain>());

    /// <summary>Adds how calls to actors travel, and what becomes of those that get lost. It needs every <see cref="ActorGrain"/> and <see cref="ActorType"/>.</summary>
    /// <param name="services">The services of a silo or of a client.</param>
    public static IServiceCollection AddForgeMessages(this IServiceCollection services)
    {
        services.AddSingleton<IOutgoingGrainCallFilter, CallsToActors>();
        services.AddSingleton<MessageTypes>();
        services.AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<MessageTypes>());
        services.AddSerializer(serializer => serializer.AddJsonSerializer(null, null, options => options.Configure<MessageTypes>((json, messages) =>
        {
            json.IsSerializableType = type => messages.IsSupportedType(type);
            json.SerializerOptions = new() { Converters = { new TokenOnTheWire() } };
        })));
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("ForgeOrleans"));
        return services;
    }

    /// <summary>Adds what grains need on a silo. Their rows come from <see cref="IActorStorage"/>, if the silo has one.</summary>
    /// <param name="services">The silo's services.</param>
    public static IServiceCollection AddForgeGrains(this IServiceCollection services)
    {
        services.AddForgeMessages();
        services.AddSingleton<IIncomingGrainCallFilter, TurnsOfActors>();
        services.AddSingleton<IActors>(provider =>
            new GrainActors(provider.GetRequiredService<IGrainFactory>, provider.GetServices<ActorGrain>()));

        services.AddSingleton<IProcesses, SiloProcesses>();

        // One of each for an activation, which has a scope of its own.
        services.AddScoped(activation => Rows(activation));
        services.AddScoped(activation => new GrainRows(
            activation.GetRequiredService<IActivationStorage>(), activation.GetRequiredService<IGrainContext>()));
        services.AddScoped(activation => new GrainAlarm(
            activation.GetRequiredService<IActivationStorage>(),
            activation.GetRequiredService<GrainRows>(),
            activation.GetRequiredService<IGrainContext>(),
            activation.GetRequiredService<IReminderRegistry>(),
            activation.GetRequiredService<TimeProvider>(),
            activation.GetRequiredService<IHostApplicationLifetime>(),
            activation.GetRequiredService<ILogger<GrainAlarm>>()));
        services.AddScoped(activation => new ActorContext(
            activation.GetRequiredService<IGrainContext>().GrainId.Key.ToString()!,
            activation.GetRequiredService<GrainRows>(),
            activation.GetRequiredService<GrainAlarm>()));
        return services;
    }

    // A grain's type is the name that its actor is stored under.
    private static IActivationStorage Rows(IServiceProvider activation)
    {
        var context = activation.GetRequiredService<IGrainContext>();
        return activation.GetService<IActorStorage>() is { } storage
            ? storage.Open(context.GrainId.Type.ToString()!, context.GrainId.Key.ToString()!)
            : new PersistentRows(context.GrainId, activation.GetRequiredKeyedService<IGrainStorage>(PersistentRows.ProviderName));
    }
}
