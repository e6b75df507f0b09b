using System.Diagnostics;
using ForgeOrleans;
using ForgeOrleans.Api;
using ForgeOrleans.Api.Admin;
using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Api.Contract;
using ForgeOrleans.Api.Deliveries;
using ForgeOrleans.Api.Health;
using ForgeOrleans.Api.Tokens;
using ForgeOrleans.Api.Tracing;
using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// Where C# developers find every other Add… and Map… method of an application.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Makes a web application a Forge remote.</summary>
public static class ForgeRemote
{
    // The context claim has outgrown 32 KB for real apps; the platform's other headers come on top of 128 (contract section 2).
    private const int MostHeaderBytes = 256 * 1024;
    private const int LongestRequestLine = 32 * 1024;

    /// <summary>
    /// Adds the front of a Forge remote: every route demands a Forge Invocation Token, and every answer is one that the platform passes on.
    /// A host for the actors completes it, such as <c>UseSingleNode()</c>.
    /// </summary>
    /// <param name="builder">The application, configured by its section <c>Forge</c>.</param>
    public static ForgeRemoteBuilder AddForgeRemote(this WebApplicationBuilder builder)
    {
        var remote = new ForgeRemoteBuilder(builder);
        var services = builder.Services;
        // First of all hosted services: nothing is opened, and no port is listened on, before the configuration is known to be good.
        services.AddHostedService<StartupCheck>();
        services.AddSingleton<RemoteMapping>();
        services.AddOptions<ForgeOptions>().Bind(remote.Configuration);
        services.AddSingleton<DistributedContextPropagator, B3Propagator>();
        remote.AddCore();
        services.AddOptions<ProductApiOptions>().Configure<IOptions<ForgeOptions>>((products, forge) =>
        {
            foreach (var app in forge.Value.Apps)
                if (app.IsolatedCloud.StorageUrlTemplate is { } template && EcosystemId.Uuid("app", app.Id) is { } appId)
                    products.IsolatedStorage[appId] = label =>
                        template.Replace(ForgeAppOptions.IsolatedCloudOptions.Placeholder, label, StringComparison.Ordinal);
        });
        services.AddSingleton<DeliveryRoutes>();
        services.AddSingleton<TriggerIntervals>();
        services.AddSingleton<PlatformCalls>();
        services.AddSingleton<Acceptor>();
        services.AddAdmin();

        services.AddSingleton<FitVerifier>();
        services.AddHostedService<KeyRefresh>();
        services.AddAuthentication(ForgeAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, ForgeAuthentication>(ForgeAuthentication.SchemeName, null);

        services.AddSingleton<Shutdown>();
        services.AddTransient<IStartupFilter, OutermostErrors>();
        services.AddSingleton<AdminListener>();
        services.AddSingleton<IStartupFilter>(provider => provider.GetRequiredService<AdminListener>());
        services.AddHostedService(provider => provider.GetRequiredService<AdminListener>());
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<ForgeOptions>>((cors, forge) => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. forge.Value.Cors.AllowedOrigins])
            .SetIsOriginAllowedToAllowWildcardSubdomains()
            .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
            .AllowAnyHeader()));
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddHealthChecks()
            .AddCheck<SigningKeysHealth>("signing-keys", tags: [HealthEndpoints.Ready])
            .AddCheck<ShutdownHealth>("shutdown", tags: [HealthEndpoints.Ready]);

        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = LongestRequestLine;
            kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MostHeaderBytes;
        });
        // A body that cannot be bound is explained to the caller, not only to the debug log.
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Shutdown.Limit);
        services.AddLogging(KestrelBadRequests.Silence);
        return remote;
    }

    /// <summary>Puts the response contract around all handlers, and maps <c>/health/live</c>, <c>/health/ready</c> and the operators' <c>/admin</c>. Call it once.</summary>
    /// <param name="app">The application.</param>
    public static WebApplication MapForgeRemote(this WebApplication app)
    {
        app.Services.GetRequiredService<RemoteMapping>().Routes = app;
        // Built with the application, so that it hears of its stop from the beginning.
        _ = app.Services.GetRequiredService<Shutdown>();
        app.UseMiddleware<AdminGate>();
        app.UseMiddleware<InvocationContract>();
        app.MapHealth();
        app.MapAdmin();
        return app;
    }
}
