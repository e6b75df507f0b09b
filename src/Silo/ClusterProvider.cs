using System.Net;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Silo;

/// <summary>Holds a cluster together and keeps what must outlive its silos: members, reminders, rows and encryption keys.</summary>
/// <param name="name">The value of <c>Forge:Cluster:Provider</c> that chooses it.</param>
public abstract class ClusterProvider(string name)
{
    /// <summary>The value of <c>Forge:Cluster:Provider</c> that chooses this provider.</summary>
    public string Name => name;

    /// <summary>The address that a silo is reached at when <c>Forge:Cluster:AdvertisedAddress</c> is not set; null leaves it to Orleans.</summary>
    public virtual IPAddress? DefaultAddress => null;

    /// <summary>Says what is wrong with the options for this provider.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ForgeConfigurationException">Something is missing or malformed.</exception>
    public abstract void Validate(ForgeClusterOptions options);

    /// <summary>Adds membership, reminders and storage to a silo.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="options">The options.</param>
    public abstract void AddTo(ISiloBuilder silo, ForgeClusterOptions options);

    /// <summary>Lets a client find the silos.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">The options.</param>
    public abstract void AddTo(IClientBuilder client, ForgeClusterOptions options);

    /// <summary>Returns where the encryption keys are kept, which all silos share.</summary>
    /// <param name="services">The silo's services.</param>
    public abstract IXmlRepository Keys(IServiceProvider services);

    /// <summary>What a provider that lives on a server cannot do without.</summary>
    /// <exception cref="ForgeConfigurationException">There is no connection string.</exception>
    protected string ConnectionString(ForgeClusterOptions options) => options.ConnectionString is { Length: > 0 } given
        ? given
        : throw new ForgeConfigurationException($"Forge:Cluster:ConnectionString is missing, and the provider {Name} needs it to reach its server.");
}
