using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using ForgeOrleans.SingleNode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests.Remotes;

/// <summary>A remote as a vendor would write it, on a free loopback port, with the platform's keys and a product at its side.</summary>
/// <remarks>When it goes, its whole log, at the level Trace, is searched for tokens: every test of this project is a test of that too.</remarks>
internal sealed class Remote : IAsyncDisposable
{
    /// <summary>Stands in every access token of these tests, so that one can be found in a log.</summary>
    public const string AccessTokenMark = "acc3ss-t0ken";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forge-api-tests-");
    private WebApplication _app = null!;

    private Remote(StubServer keys, StubServer product, FakeClock clock) => (Keys, Product, Clock) = (keys, product, clock);

    public FakeClock Clock { get; }

    public StubServer Keys { get; }

    public StubServer Product { get; }

    public LogCapture Logs { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public Uri Url => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    /// <summary>The base address of a product's API at the stub.</summary>
    public string ProductBase => $"{Product.Url}ex/confluence/{Fit.Cloud}";

    public static async Task<Remote> StartAsync(RemoteSetup? setup = null)
    {
        setup ??= new();
        var remote = new Remote(await StubServer.StartAsync(), await StubServer.StartAsync(), setup.Clock);
        try
        {
            await remote.StartAppAsync(setup);
            return remote;
        }
        catch
        {
            await remote.DisposeAsync();
            throw;
        }
    }

    public static Task<Remote> StartMappingAsync(Action<WebApplication> map) => StartAsync(new RemoteSetup { Map = map });

    /// <summary>A valid token, bent as a test says.</summary>
    public string Token(Action<Fit>? change = null)
    {
        var fit = new Fit(Clock.GetUtcNow());
        change?.Invoke(fit);
        return fit.ToString();
    }

    public HttpRequestMessage Request(string method, string path, string? fit = null, object? json = null)
    {
        var request = new HttpRequestMessage(new(method), path) { Content = json is null ? null : JsonContent.Create(json) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {fit ?? Token()}").ShouldBeTrue();
        return request;
    }

    public async Task<HttpResponseMessage> SendAsync(
        string method, string path, string? fit = null, object? json = null, string? system = null, string? user = null)
    {
        using var request = Request(method, path, fit, json);
        if (system is not null)
            request.Headers.TryAddWithoutValidation("x-forge-oauth-system", system);
        if (user is not null)
            request.Headers.TryAddWithoutValidation("x-forge-oauth-user", user);
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? fit = null) => SendAsync("GET", path, fit);

    /// <summary>Tells the application to stop, as SIGTERM does, and waits until it has.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_app is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await _app.StopAsync(now.Token);
            await _app.DisposeAsync();
        }
        await Keys.DisposeAsync();
        await Product.DisposeAsync();
        _folder.Delete(true);
        Logs.Lines.Where(line => line.ToString().Contains("eyJ", StringComparison.Ordinal) || line.ToString().Contains(AccessTokenMark, StringComparison.Ordinal))
            .ShouldBeEmpty("the log has a part of a token");
    }

    private async Task StartAppAsync(RemoteSetup setup)
    {
        Keys.Text = setup.KeySet;
        var manifest = Path.Combine(_folder.FullName, "manifest.yml");
        await File.WriteAllTextAsync(manifest, setup.Manifest);

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = _folder.FullName, EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Forge:Apps:0:Id"] = Fit.AppId,
            ["Forge:Apps:0:JwksUrl"] = $"{Keys.Url}jwks.json",
            ["Forge:DataPath"] = Path.Combine(_folder.FullName, "data"),
            ["Forge:Manifest"] = manifest,
            ["Forge:ProductApi:AllowedOrigins:0"] = Product.Url.GetLeftPart(UriPartial.Authority),
            ["Forge:ProductApi:GatewayUrl"] = Product.Url.GetLeftPart(UriPartial.Authority),
        });
        builder.Configuration.AddInMemoryCollection(setup.Settings.ToDictionary(
            setting => setting.Key, setting => setting.Value?.Replace("{keys}", Keys.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Logs);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.AddForgeRemote().UseSingleNode();
        builder.Services.AddValidation();
        setup.Configure?.Invoke(builder);

        _app = builder.Build();
        _app.MapForgeRemote();
        setup.Map(_app);
        await _app.StartAsync();
        Http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        })
        {
            BaseAddress = Url,
            // As for Eventually: there are tests whose answers take long on a busy machine.
            Timeout = 2 * Eventually.Patience,
            DefaultRequestVersion = HttpVersion.Version11,
        };
    }
}
