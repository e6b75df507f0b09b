using System.Net.Http.Json;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>The sample's own program on a free port, configured as its users configure it.</summary>
public sealed class TaskBoard : WebApplicationFactory<global::TaskBoard.EchoAnswer>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forge-api-tests-");
    private HttpClient _http = null!;

    /// <summary>More settings than every TaskBoard needs.</summary>
    internal Dictionary<string, string> Settings { get; } = [];

    internal FakeClock Clock { get; } = new();

    internal LogCapture Logs { get; } = new();

    internal StubServer Keys { get; private set; } = null!;

    internal StubServer Product { get; private set; } = null!;

    internal async Task<HttpResponseMessage> CallAsync(string method, string path, object? json, Action<Fit> change, string? system, string? user)
    {
        var fit = new Fit(Clock.GetUtcNow());
        change(fit);
        using var request = new HttpRequestMessage(new(method), path) { Content = json is null ? null : JsonContent.Create(json) };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {fit}");
        if (system is not null)
            request.Headers.Add("x-forge-oauth-system", system);
        if (user is not null)
            request.Headers.Add("x-forge-oauth-user", user);
        try
        {
            return await _http.SendAsync(request);
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"The TaskBoard does not answer. What it logged last:\n{string.Join('\n', Logs.Lines.TakeLast(20))}", e);
        }
    }

    public async Task InitializeAsync()
    {
        (Keys, Product) = (await StubServer.StartAsync(), await StubServer.StartAsync());
        Keys.Text = SigningKey.Set(SigningKey.Current);
        UseKestrel(0);
        StartServer();
        _http = CreateClient();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await Keys.DisposeAsync();
        await Product.DisposeAsync();
        _folder.Delete(true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => Settings
        .Aggregate(builder, (configured, setting) => configured.UseSetting(setting.Key, setting.Value))
        .UseSetting("Forge:Apps:0:Id", Fit.AppId)
        .UseSetting("Forge:Apps:0:JwksUrl", $"{Keys.Url}jwks.json")
        .UseSetting("Forge:DataPath", _folder.FullName)
        .UseSetting("Forge:ProductApi:AllowedOrigins:0", Product.Url.GetLeftPart(UriPartial.Authority))
        .UseSetting("Forge:ProductApi:GatewayUrl", Product.Url.GetLeftPart(UriPartial.Authority))
        .ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs))
        .ConfigureServices(services => services.AddSingleton<TimeProvider>(Clock));
}
