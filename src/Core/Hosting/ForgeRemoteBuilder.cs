using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Hosting;

/// <summary>A Forge remote while it is put together: what <c>AddForgeRemote()</c> returns and a host's <c>Use…()</c> completes.</summary>
/// <param name="application">The application that the remote is part of.</param>
public sealed class ForgeRemoteBuilder(IHostApplicationBuilder application)
{
    /// <summary>The application.</summary>
    public IHostApplicationBuilder Application => application;

    /// <summary>The application's services.</summary>
    public IServiceCollection Services => application.Services;

    /// <summary>The section <c>Forge</c> of the application's configuration.</summary>
    public IConfigurationSection Configuration => application.Configuration.GetSection("Forge");

    /// <summary>The application's environment.</summary>
    public IHostEnvironment Environment => application.Environment;

    /// <summary>Makes a kind of actor known to the host.</summary>
    /// <param name="type">The actor.</param>
    public ForgeRemoteBuilder AddActor(ActorType type)
    {
        Services.Add(ServiceDescriptor.Singleton(type));
        return this;
    }
}
