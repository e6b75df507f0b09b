using System.Text;
using System.Text.Encodings.Web;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Deliveries;
using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Emulator.Frontends;
using ForgeOrleans.Emulator.Functions;
using ForgeOrleans.Emulator.Gateway;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Keys;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Live;
using ForgeOrleans.Emulator.Products;
using ForgeOrleans.Emulator.Requests;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Storage;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator;

/// <summary>A running emulator.</summary>
public sealed class EmulatorHost : IAsyncDisposable
{
    // Files travel through the bridge as base64, so its payloads are larger than what a remote may be sent.
    private const long LargestPayload = 64L * 1024 * 1024;
    private const int DeepestJson = 1000;
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private EmulatorHost(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Url => Platform.Url;

    /// <summary>The platform it plays: its sites, keys and clock.</summary>
    public Platform Platform => _app.Services.GetRequiredService<Platform>();

    /// <summary>The routes that it serves.</summary>
    public IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>What it says to whoever starts it by hand.</summary>
    public string Greeting => Hosting.Greeting.Of(Platform, _app.Services.GetRequiredService<PlatformHeaders>().Warnings());

    /// <summary>Starts an emulator.</summary>
    /// <exception cref="EmulatorException">It can't listen where it should; the message says why.</exception>
    public static async Task<EmulatorHost> StartAsync(EmulatorOptions options, CancellationToken ct = default)
    {
        var app = Build(options);
        try
        {
            await app.StartAsync(ct);
            return new EmulatorHost(app);
        }
        catch (Exception cause)
        {
            await app.DisposeAsync();
            throw cause is IOException ? new EmulatorException($"The emulator can't listen: {cause.Message}", cause) : cause;
        }
    }

    /// <summary>Waits until the process is told to end.</summary>
    public Task WaitForShutdownAsync(CancellationToken ct = default) => _app.WaitForShutdownAsync(ct);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    // An empty builder: no settings file or variable of this machine may make it listen anywhere else.
    private static WebApplication Build(EmulatorOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            // What remotes put into theirs is passed on.
            server.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            server.Limits.MaxRequestBodySize = LargestPayload;
            foreach (var url in options.Urls)
            {
                server.ListenAt(url);
            }
        });
        options.Logging?.Invoke(builder.Logging);
        AddServices(builder.Services, options);
        var app = builder.Build();
        app.Use(next => http => LoopbackOnly.Guard(http, next));
        app.UseMiddleware<Refusals>();
        app.UseRouting();
        app.MapKeys();
        app.MapSites();
        app.MapUsers();
        app.MapLicenses();
        app.MapStoredEntries();
        app.MapMint();
        app.MapBridge();
        app.MapGroup("").ExcludeFromDescription().MapFrontends();
        app.MapFunctions();
        app.MapProducts();
        app.MapStorage();
        app.MapGateway();
        app.MapLimits();
        app.MapFaults();
        app.MapEvents();
        app.MapTriggers();
        app.MapLifecycle();
        app.MapWebTriggers();
        app.MapDeliveries();
        app.MapClock();
        app.MapRequests();
        app.MapReplay();
        app.MapInvocations();
        app.MapApp();
        app.MapLive();
        app.MapConsole(options.ConsoleFolder);
        app.MapGet("/", () => Results.Redirect("/console/")).ExcludeFromDescription();
        app.MapOpenApiDocument();
        return app;
    }

    private static void AddServices(IServiceCollection services, EmulatorOptions options)
    {
        services.AddRouting();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.MaxDepth = DeepestJson;
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        });
        services.AddOpenApiDocument();
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        services.AddSingleton(options.Clock);
        services.AddSingleton(provider => new Platform(options, () => AddressOf(provider)));
        services.AddSingleton(provider => provider.GetRequiredService<Platform>().Changes);
        services.AddSingleton<InvocationTokens>();
        services.AddSingleton<RequestFeed>();
        services.AddSingleton<CallTokens>();
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<Invocations>();
        services.AddSingleton<Replay>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<Impersonation>();
        services.AddSingleton<LimitGate>();
        services.AddSingleton<PlatformHeaders>();
        services.AddSingleton<RemoteClient>();
        services.AddSingleton<InvokeCommand>();
        services.AddSingleton<FetchRemoteCommand>();
        services.AddSingleton<FunctionCommand>();
        services.AddSingleton<WebTriggerCommand>();
        services.AddSingleton<FetchProductCommand>();
        services.AddSingleton<ContextCommand>();
        services.AddSingleton<FrontendFiles>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<StorageService>();
        services.AddSingleton(provider => new PlatformTime(options, provider.GetRequiredService<Changes>()));
        services.AddSingleton<DeliveryFeed>();
        services.AddSingleton<Courier>();
        services.AddSingleton<Schedule>();
        services.AddHostedService(provider => provider.GetRequiredService<Schedule>());
    }

    private static Uri AddressOf(IServiceProvider services) =>
        new(services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
}
