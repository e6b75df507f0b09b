using ForgeOrleans.Hosting;
using ForgeOrleans.TokenProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.SingleNode;

/// <summary>Hosts a Forge remote's actors in this process.</summary>
public static class SingleNodeRemote
{
    /// <summary>Keeps the actors in this process and their state in one SQLite file below <c>Forge:DataPath</c>.</summary>
    /// <param name="remote">The remote.</param>
    public static ForgeRemoteBuilder UseSingleNode(this ForgeRemoteBuilder remote)
    {
        var services = remote.Services;
        services.AddOptions<SingleNodeOptions>()
            .Configure(options => options.DataPath = remote.Configuration["DataPath"] ?? options.DataPath)
            .Bind(remote.Configuration.GetSection("SingleNode"));
        services.AddSingleton<SqliteStore>();
        services.AddSingleton<SingleNodeActors>();
        services.AddSingleton<IActors>(provider => provider.GetRequiredService<SingleNodeActors>());
        services.AddSingleton<IProcesses, OnlyProcess>();
        services.AddHostedService<SingleNodeHost>();
        services.AddHostedService<AlarmClock>();
        services.AddHealthChecks().AddCheck<StorageHealth>("storage", tags: ["ready"]);

        services.AddTokenProtection(provider => new FileSystemXmlRepository(
            new DirectoryInfo(DataFolder.KeysIn(provider.GetRequiredService<IOptions<SingleNodeOptions>>().Value.FolderIn(
                provider.GetRequiredService<IHostEnvironment>()))),
            provider.GetRequiredService<ILoggerFactory>()));
        return remote;
    }
}
