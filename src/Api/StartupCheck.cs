using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Api.Deliveries;
using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Installations;
using ForgeOrleans.Manifest;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api;

/// <summary>Looks at the configuration before anything else starts; what is wrong stops the start with a sentence.</summary>
internal sealed partial class StartupCheck(
    IServiceProvider services, RemoteMapping mapping, TriggerIntervals intervals, PlatformCalls calls, IHostEnvironment environment, ILogger<StartupCheck> logger)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (mapping.Routes is not { } routes)
            throw new ForgeConfigurationException("app.MapForgeRemote() was not called. Call it once, before app.Run().");
        var options = Options<ForgeOptions>();
        ForgeOptionsValidation.Validate(options, Options<ProductApiOptions>(), Options<WorkOptions>());
        ForgeOptionsValidation.Validate(Options<LifecycleOptions>());
        Options<CallLimitOptions>().Check();
        CheckManifest(options, routes);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private T Options<T>() where T : class
    {
        try
        {
            return services.GetRequiredService<IOptions<T>>().Value;
        }
        catch (InvalidOperationException e)
        {
            throw new ForgeConfigurationException($"the configuration cannot be read. {e.Message} {e.InnerException?.Message}".TrimEnd(), e);
        }
    }

    private void CheckManifest(ForgeOptions options, IEndpointRouteBuilder routes)
    {
        var path = options.Manifest is { Length: > 0 } configured
            ? Path.GetFullPath(configured, environment.ContentRootPath)
            : Path.Combine(AppContext.BaseDirectory, "manifest.yml");
        if (options.Manifest is not { Length: > 0 } && !File.Exists(path))
        {
            Log.NoManifest(logger, path);
            return;
        }
        AppManifest manifest;
        try
        {
            manifest = AppManifest.Load(path);
        }
        catch (ManifestException e)
        {
            throw new ForgeConfigurationException($"{e.Message} (Forge:Manifest names the file.)", e);
        }
        intervals.Read(manifest);
        calls.Read(manifest);
        var handlers = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => (endpoint.Metadata.GetMetadata<ForgeEndpointMetadata>(), endpoint.RoutePattern.RawText, endpoint.Metadata.GetMetadata<DeliveredWork>()))
            .Where(endpoint => endpoint.Item1 is not null)
            // With the prefixes of the groups that it is in.
            .Select(endpoint => endpoint.Item1! with { Path = endpoint.RawText ?? endpoint.Item1.Path, Work = endpoint.Item3 })
            .ToList();
        if (new ManifestCheck(manifest, options, handlers).Mismatches().ToList() is { Count: > 0 } mismatches)
            throw new ForgeConfigurationException(
                $"the program and its manifest '{path}' do not match:{string.Concat(mismatches.Select(mismatch => $"{Environment.NewLine}  - {mismatch}"))}");
    }

    private static partial class Log
    {
        [LoggerMessage(50, LogLevel.Information, "There is no manifest at {Path}, so the handlers are not compared with it. Forge:Manifest names another file.")]
        public static partial void NoManifest(ILogger logger, string path);
    }
}
