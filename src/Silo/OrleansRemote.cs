using System.Net;
using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using ForgeOrleans.Silo.Client;
using ForgeOrleans.Silo.Health;
using ForgeOrleans.Silo.Providers;
using ForgeOrleans.TokenProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Silo;

/// <summary>Hosts a Forge remote's actors as grains of an Orleans cluster.</summary>
public static class OrleansRemote
{
    // What runs may end (8 s), then the silo hands its activations over; Kubernetes waits for 30.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    private static readonly ClusterProvider[] BuiltIn = [new DevelopmentCluster(), new PostgreSqlCluster()];

    /// <summary>
    /// Keeps the actors on a cluster of silos, configured by <c>Forge:Cluster</c>. What this process is in it, <c>Forge:Role</c> says; the
    /// program is the same for all.
    /// </summary>
    /// <param name="remote">The remote.</param>
    /// <param name="providers">Providers beside <c>Development</c> and <c>PostgreSQL</c>, from packages of their own.</param>
    /// <exception cref="ForgeConfigurationException">The configuration does not suffice; the message says what is missing.</exception>
    public static ForgeRemoteBuilder UseOrleans(this ForgeRemoteBuilder remote, params ClusterProvider[] providers)
    {
        var options = Read(remote.Configuration.GetSection("Cluster"));
        var setup = new ClusterSetup(options, Provider(options, [.. BuiltIn, .. providers]));
        Validate(options, setup.Provider);

        remote.Services.AddForgeGrainKinds();
        var role = Role(remote.Configuration["Role"]);
        if (role == ClusterRole.Api)
            UseClient(remote.Services, setup);
        else
            UseSilo(remote, setup);
        if (role == ClusterRole.Silo)
            ServeHealthOnly(remote.Services);
        // All of Orleans' own options, printed at every start, tell nobody anything.
        remote.Application.Logging.AddFilter("Orleans.Runtime.SiloOptionsLogger", LogLevel.Warning);
        remote.Application.Logging.AddFilter("Orleans.ClientOptionsLogger", LogLevel.Warning);
        remote.Services.PostConfigure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        return remote;
    }

    private static ForgeClusterOptions Read(IConfigurationSection cluster)
    {
        try
        {
            return cluster.Get<ForgeClusterOptions>() ?? new();
        }
        // It names the key and the value; no secret is ever converted.
        catch (InvalidOperationException e)
        {
            throw new ForgeConfigurationException(e.Message, e);
        }
    }

    private static void UseClient(IServiceCollection services, ClusterSetup setup)
    {
        services.AddSingleton(setup);
        services.AddSingleton<ClusterConnection>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterConnection>());
        services.AddSingleton<IActors>(provider =>
            new GrainActors(() => provider.GetRequiredService<ClusterConnection>().Grains, provider.GetServices<ActorGrain>()));
        services.AddHealthChecks().AddCheck<ConnectionHealth>("cluster", tags: ["ready"]);
    }

    private static void UseSilo(ForgeRemoteBuilder remote, ClusterSetup setup)
    {
        remote.Application.UseOrleans(silo =>
        {
            setup.Configure(silo);
            silo.Services.AddForgeGrains();
        });
        remote.Services.AddTokenProtection(setup.Provider.Keys);
        remote.Services.AddHealthChecks().AddCheck<SiloHealth>("cluster", tags: ["ready"]);
    }

    private static void ServeHealthOnly(IServiceCollection services)
    {
        services.AddTransient<IStartupFilter, HealthOnly>();
        // Who verifies no tokens is no less ready without the keys to do it.
        services.PostConfigure<HealthCheckServiceOptions>(health =>
        {
            if (health.Registrations.FirstOrDefault(check => check.Name == "signing-keys") is { } keys)
                health.Registrations.Remove(keys);
        });
    }

    private static ClusterRole Role(string? role) => role switch
    {
        null or "" => ClusterRole.ApiAndSilo,
        _ when Enum.TryParse<ClusterRole>(role, ignoreCase: true, out var known) && Enum.IsDefined(known) => known,
        _ => throw new ForgeConfigurationException($"Forge:Role is '{role}'. It is Api, Silo or ApiAndSilo."),
    };

    private static ClusterProvider Provider(ForgeClusterOptions options, ClusterProvider[] providers) =>
        providers.FirstOrDefault(provider => provider.Name.Equals(options.Provider, StringComparison.OrdinalIgnoreCase))
        ?? throw new ForgeConfigurationException(
            $"Forge:Cluster:Provider is {(options.Provider is null ? "missing" : $"'{options.Provider}'")}. It is one of {string.Join(", ", providers.Select(provider => provider.Name))}.");

    private static void Validate(ForgeClusterOptions options, ClusterProvider provider)
    {
        if (options.ClusterId is "" || options.ServiceId is "")
            throw new ForgeConfigurationException("Forge:Cluster:ClusterId and Forge:Cluster:ServiceId must not be empty.");
        if (options.SiloPort is < 1 or > 65535 || options.GatewayPort is < 1 or > 65535 || options.SiloPort == options.GatewayPort)
            throw new ForgeConfigurationException("Forge:Cluster:SiloPort and Forge:Cluster:GatewayPort must be two different ports.");
        if (options.AdvertisedAddress is { } address && !IPAddress.TryParse(address, out _))
            throw new ForgeConfigurationException($"Forge:Cluster:AdvertisedAddress is '{address}', which is no IP address.");
        if (options.IdleAfter < TimeSpan.FromMinutes(2))
            throw new ForgeConfigurationException("Forge:Cluster:IdleAfter must be at least 00:02:00.");
        ClusterTls.Validate(options.Tls);
        provider.Validate(options);
    }
}
