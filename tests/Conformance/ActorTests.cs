using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance;

/// <summary>What the tests of all actors have in common.</summary>
public abstract class ActorTests(ActorHost host)
{
    protected ActorHost Host { get; } = host;

    protected FakeClock Clock => Host.Clock;

    protected DateTimeOffset Now => Host.Clock.GetUtcNow();

    protected TActor Actor<TActor>(string key) where TActor : class => Host.Actors.Get<TActor>(key);

    protected IInstallationActor Installation(Site site) => Actor<IInstallationActor>(site.Id);

    protected Task<Admission> AdmitAsync(Site site, string? system = null, string? version = null) => Installation(site).AdmitAsync(
        new(site.Facts(Now) with { AppVersion = version ?? site.AppVersion }, system is null ? null : AccessToken.Receive(system, Now)));

    protected Task<Admission> AdmitUserAsync(Site site, string accountId, string token, string? version = null) => Installation(site).AdmitAsync(
        new(site.Facts(Now) with { AppVersion = version ?? site.AppVersion }, null, accountId, AccessToken.Receive(token, Now)));

    protected async Task<string?> TokenAsync(Site site, string? accountId = null) =>
        (await Installation(site).GetTokenAsync(new(accountId)))?.Text();

    protected Task<InstallationFacts?> DescribeAsync(Site site) => Installation(site).DescribeAsync(DescribeRequest.Instance);

    /// <summary>The handle that a handler of this site would get.</summary>
    protected SiteState StateOf(Site site)
    {
        var handler = Host.Services.CreateScope().ServiceProvider;
        handler.GetRequiredService<HandlerScope>().Bind(site.Invocation(Now), default, Now.AddSeconds(24));
        return handler.GetRequiredService<SiteState>();
    }
}
