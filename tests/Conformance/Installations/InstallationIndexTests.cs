using ForgeOrleans.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>How installations are found again.</summary>
public abstract class InstallationIndexTests(ActorHost host) : ActorTests(host)
{
    private InstallationIndex Index => Host.Services.GetRequiredService<InstallationIndex>();

    [Fact]
    public async Task An_installation_is_found_once_it_was_admitted()
    {
        var site = new Site();
        var seen = Now;
        await AdmitAsync(site);

        await Host.RestartAsync();

        var environment = site.Facts(seen).EnvironmentId;
        (await ListAsync(site.AppId)).ShouldBe([new(site.Id, seen, environment)]);
        (await Index.FindAsync(site.AppId, site.CloudId!)).ShouldBe([new(site.Id, seen, environment)]);
    }

    [Fact]
    public async Task All_installations_of_an_app_are_listed_each_once()
    {
        var app = Guid.NewGuid().ToString();
        var sites = Enumerable.Range(0, 300).Select(_ => new Site { AppId = app }).ToArray();
        await Task.WhenAll(sites.Select(site => AdmitAsync(site)));
        await AdmitAsync(new Site());

        var listed = await ListAsync(app);

        listed.Select(installation => installation.InstallationId).Order().ShouldBe(sites.Select(site => site.Id).Order());
    }

    [Fact]
    public async Task A_shard_with_more_installations_than_a_page_is_listed_to_its_end()
    {
        var shard = Actor<IInstallationIndex>($"{Guid.NewGuid()}/00");
        var ids = Enumerable.Range(0, 7).Select(i => $"installation-{i}").ToArray();
        foreach (var id in ids)
            await shard.EnterAsync(new(new(id, Now), null));
        await shard.EnterAsync(new(new("elsewhere", Now), "a-site"));

        var listed = new List<string>();
        string? after = null;
        do
        {
            var page = (await shard.ListAsync(new(After: after, Limit: 3))).Installations;
            listed.AddRange(page.Select(installation => installation.InstallationId));
            after = page.Count > 0 ? page[^1].InstallationId : null;
        }
        while (after is not null);

        listed.ShouldBe(ids);
    }

    [Fact]
    public async Task An_installation_that_is_entered_again_keeps_its_first_day()
    {
        var shard = Actor<IInstallationIndex>($"{Guid.NewGuid()}/01");
        var first = Now;
        await shard.EnterAsync(new(new("installation", first), null));
        var before = await Host.QuietMarkAsync();

        await shard.EnterAsync(new(new("installation", first.AddDays(1)), null));

        (await shard.ListAsync(new())).Installations.ShouldBe([new("installation", first)]);
        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_site_finds_all_installations_that_it_ever_had()
    {
        var first = new Site();
        var reinstalled = first with { Id = Guid.NewGuid().ToString() };
        await AdmitAsync(first);
        await AdmitAsync(reinstalled);

        (await FindAsync(first.AppId, first.CloudId!)).ShouldBe(new[] { first.Id, reinstalled.Id }.Order());
    }

    [Fact]
    public async Task A_workspace_is_found_by_its_id()
    {
        var site = new Site { CloudId = null, WorkspaceId = Guid.NewGuid().ToString() };
        await AdmitAsync(site);

        (await FindAsync(site.AppId, site.WorkspaceId)).ShouldBe([site.Id]);
    }

    [Fact]
    public async Task One_app_does_not_find_what_another_one_has()
    {
        var site = new Site();
        await AdmitAsync(site);

        (await FindAsync(Guid.NewGuid().ToString(), site.CloudId!)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_product_that_is_added_later_is_entered()
    {
        var site = new Site();
        await AdmitAsync(site);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var workspace = Guid.NewGuid().ToString();
        (await FindAsync(site.AppId, workspace)).ShouldBeEmpty();

        await AdmitAsync(site with { WorkspaceId = workspace });

        (await FindAsync(site.AppId, workspace)).ShouldBe([site.Id]);
        (await ListAsync(site.AppId)).Count.ShouldBe(1);
    }

    private async Task<IEnumerable<string>> FindAsync(string appId, string siteId) =>
        (await Index.FindAsync(appId, siteId)).Select(installation => installation.InstallationId).Order();

    private async Task<List<IndexedInstallation>> ListAsync(string appId)
    {
        var all = new List<IndexedInstallation>();
        await foreach (var installation in Index.ListAsync(appId))
            all.Add(installation);
        return all;
    }
}
