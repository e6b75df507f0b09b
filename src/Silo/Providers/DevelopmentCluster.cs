using System.Net;
using ForgeOrleans.Grains;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Silo.Providers;

/// <summary>A cluster on one machine that keeps everything in memory, to see how the silos work together. What it keeps is gone with them.</summary>
internal sealed class DevelopmentCluster() : ClusterProvider("Development")
{
    public override IPAddress DefaultAddress => IPAddress.Loopback;

    public override void Validate(ForgeClusterOptions options)
    {
        EndPoint(options.PrimarySilo, "Forge:Cluster:PrimarySilo");
        foreach (var gateway in options.Gateways)
            EndPoint(gateway, "Forge:Cluster:Gateways");
    }

    public override void AddTo(ISiloBuilder silo, ForgeClusterOptions options)
    {
        silo.UseDevelopmentClustering(EndPoint(options.PrimarySilo, "Forge:Cluster:PrimarySilo"));
        silo.AddMemoryGrainStorage(PersistentRows.ProviderName);
        silo.UseInMemoryReminderService();
    }

    public override void AddTo(IClientBuilder client, ForgeClusterOptions options) => client.UseStaticClustering(
        options.Gateways.Count == 0
            ? [new(IPAddress.Loopback, options.GatewayPort)]
            : [.. options.Gateways.Select(gateway => EndPoint(gateway, "Forge:Cluster:Gateways"))]);

    public override IXmlRepository Keys(IServiceProvider services)
    {
        var folder = services.GetRequiredService<IConfiguration>()["Forge:DataPath"] ?? "data";
        var keys = Path.Combine(Path.GetFullPath(folder, services.GetRequiredService<IHostEnvironment>().ContentRootPath), "keys");
        try
        {
            return new FileSystemXmlRepository(Directory.CreateDirectory(keys), services.GetRequiredService<ILoggerFactory>());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ForgeConfigurationException($"the folder '{keys}' for the encryption keys cannot be made ({e.Message}). Name a folder that can be written to in Forge:DataPath.", e);
        }
    }

    private static IPEndPoint EndPoint(string text, string key) => IPEndPoint.TryParse(text, out var address) && address.Port > 0
        ? address
        : throw new ForgeConfigurationException($"{key} is '{text}', which is no address with a port, such as 127.0.0.1:11111.");
}
