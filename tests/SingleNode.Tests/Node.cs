using ForgeOrleans.Conformance;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.SingleNode.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode.Tests;

/// <summary>A single node in this process, without a web front.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly IHost _host;

    private Node(IHost host, FakeClock clock, CapturedLog log) => (_host, Clock, Log) = (host, clock, log);

    public FakeClock Clock { get; }

    public CapturedLog Log { get; }

    public IServiceProvider Services => _host.Services;

    public TActor Actor<TActor>(string key) where TActor : class => Services.GetRequiredService<IActors>().Get<TActor>(key);

    public static async Task<Node> StartAsync(string dataPath, FakeClock? clock = null, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        clock ??= new();
        var log = new CapturedLog();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Forge:DataPath", dataPath), .. settings]);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(clock);
        new ForgeRemoteBuilder(builder).AddCore().AddProbes().AddActor(MemoryProbe.Type).UseSingleNode();
        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            // As a program that ends over it would.
            await ((IAsyncDisposable)host).DisposeAsync();
            throw;
        }
        return new(host, clock, log);
    }

    public Task<Admission> AdmitAsync(Site site, string? system = null, string? accountId = null, string? user = null)
    {
        var now = Clock.GetUtcNow();
        return Actor<IInstallationActor>(site.Id).AdmitAsync(new(
            site.Facts(now), system is null ? null : AccessToken.Receive(system, now), accountId, user is null ? null : AccessToken.Receive(user, now)));
    }

    public async Task<string?> TokenAsync(Site site, string? accountId = null) =>
        (await Actor<IInstallationActor>(site.Id).GetTokenAsync(new(accountId)))?.Text();

    public SiteState StateOf(Site site)
    {
        var handler = Services.CreateScope().ServiceProvider;
        handler.GetRequiredService<HandlerScope>().Bind(site.Invocation(Clock.GetUtcNow()), default, Clock.GetUtcNow());
        return handler.GetRequiredService<SiteState>();
    }

    public Task PutRowAsync(string key, string name, string value = "1") =>
        Actor<IRowsProbe>(key).CommitAsync(new([new(name, value)]));

    public async Task<string?> RowAsync(string key, string name) => (await Actor<IRowsProbe>(key).ReadAsync(new(name)))?.Value;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
