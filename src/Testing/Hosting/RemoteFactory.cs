using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Testing.Hosting;

/// <summary>Starts a vendor's own program, configured for the platform.</summary>
internal sealed class RemoteFactory<TEntryPoint>(IReadOnlyDictionary<string, string?> settings, TimeProvider? clock, Action<IWebHostBuilder>? configure)
    : WebApplicationFactory<TEntryPoint>
    where TEntryPoint : class
{
    protected override void ConfigureWebHost(IWebHostBuilder builder) => Configure(builder, settings, clock, configure);

    public static void Configure(
        IWebHostBuilder builder, IReadOnlyDictionary<string, string?> settings, TimeProvider? clock, Action<IWebHostBuilder>? configure)
    {
        // They become the program's arguments, so that it sees them from its first line on…
        foreach (var (key, value) in settings)
            builder.UseSetting(key, value);
        // … and are put over everything else for a program that doesn't pass its arguments on.
        builder.ConfigureAppConfiguration((_, configuration) => configuration.AddInMemoryCollection(
            settings.Keys.Select(key => KeyValuePair.Create(key, builder.GetSetting(key)))));
        if (clock is not null)
            builder.ConfigureServices(services => services.AddSingleton(clock));
        configure?.Invoke(builder);
    }
}
