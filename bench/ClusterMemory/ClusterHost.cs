using ForgeOrleans.Hosting;
using ForgeOrleans.Silo;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Bench.ClusterMemory;

/// <summary>A process of the cluster, without a web server.</summary>
internal static class ClusterHost
{
    public static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(2);

    public static IHost Build(string role, string connectionString, string siloPort = "11111", string gatewayPort = "30000")
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Forge:Role"] = role,
            ["Forge:Cluster:Provider"] = "PostgreSQL",
            ["Forge:Cluster:ConnectionString"] = connectionString,
            ["Forge:Cluster:AdvertisedAddress"] = "127.0.0.1",
            ["Forge:Cluster:SiloPort"] = siloPort,
            ["Forge:Cluster:GatewayPort"] = gatewayPort,
            ["Forge:Cluster:IdleAfter"] = $"{IdleAfter}",
        });
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        new ForgeRemoteBuilder(builder).AddCore().UseOrleans();
        return builder.Build();
    }

    public static async Task UntilReadyAsync(IHost host)
    {
        var health = host.Services.GetRequiredService<HealthCheckService>();
        while ((await health.CheckHealthAsync()).Status != HealthStatus.Healthy)
            await Task.Delay(100);
    }
}
