using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>A site that had the app before: it is recognised, and gets its data back by decision only (contract section 8).</summary>
public abstract class ReinstallTests(ActorHost host) : LifeOfSites(host)
{
    [Fact]
    public async Task A_reinstall_is_recognised_and_shares_nothing()
    {
        var (former, site) = await ReinstalledAsync();

        (await LifeAsync(site)).Former.ShouldBe([former.Id]);
        (await LifeAsync(site)).Adoption.ShouldBeNull();
        (await TextAsync(site, "one")).ShouldBeNull();
        await ToldAsync(site, LifecycleChange.Reinstalled);
        LifeProbe.ToldOf(site.Id).ShouldHaveSingleItem().Former.ShouldBe(former.Id);
        (await Installation(former).DescribeLifeAsync(new(WithLater: true)))!.Later.ShouldBe([site.Id]);
        (await Installation(site).DescribeLifeAsync(new(WithLater: true)))!.Later.ShouldBeEmpty();
        // Only a first call finds it out.
        Clock.Advance(TimeSpan.FromHours(2));
        await AdmitAsync(site with { AppVersion = "9.9.9" });
        LifeProbe.ToldOf(site.Id).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_workspace_is_recognised_too()
    {
        var workspace = Guid.NewGuid().ToString();
        var former = new Site { CloudId = null, WorkspaceId = workspace };
        await AdmitAsync(former);
        var site = former with { Id = Guid.NewGuid().ToString() };
        await AdmitAsync(site);

        (await LifeAsync(site)).Former.ShouldBe([former.Id]);
    }

    [Fact]
    public async Task Another_app_on_the_same_site_is_no_reinstall()
    {
        var other = new Site();
        await AdmitAsync(other);
        var site = new Site { CloudId = other.CloudId };
        await AdmitAsync(site);

        (await LifeAsync(site)).Former.ShouldBeEmpty();
        (await AdoptAsync(site, other)).Outcome.ShouldBe(AdoptionOutcome.NoSuchFormer);
    }

    [Fact]
    public async Task Another_environment_on_the_same_site_is_no_reinstall()
    {
        var staging = new Site { EnvironmentId = Guid.NewGuid().ToString() };
        await AdmitAsync(staging);
        var unknown = staging with { Id = Guid.NewGuid().ToString(), EnvironmentId = null };
        await AdmitAsync(unknown);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var site = staging with { Id = Guid.NewGuid().ToString(), EnvironmentId = Guid.NewGuid().ToString() };
        await AdmitAsync(site);

        (await LifeAsync(site)).Former.ShouldBe([unknown.Id]);
        (await LifeAsync(unknown)).Former.ShouldBe([staging.Id]);
        (await Installation(staging).DescribeLifeAsync(new(WithLater: true)))!.Later.ShouldBe([unknown.Id], "the other is of another environment");
        (await AdoptAsync(site, staging)).Outcome.ShouldBe(AdoptionOutcome.NoSuchFormer);
    }

    [Fact]
    public async Task What_is_adopted_is_copied_and_overwrites_nothing()
    {
        var (former, site) = await ReinstalledAsync();
        for (var i = 0; i < 250; i++)
            await PutAsync(former, $"many-{i:000}", $"{i}");
        await PutAsync(site, "two", "own");

        (await AdoptAsync(site, former)).Outcome.ShouldBe(AdoptionOutcome.Decided);
        await AdoptedAsync(site);

        (await LifeAsync(site)).Adoption.ShouldBe(new(former.Id, (await LifeAsync(site)).Adoption!.DecidedAt, true, Copied: 251, Kept: 1));
        (await TextAsync(site, "one")).ShouldBe("first");
        (await TextAsync(site, "two")).ShouldBe("own");
        (await TextAsync(site, "many-249")).ShouldBe("249");
        // A copy: each has its own from now on.
        await PutAsync(site, "one", "changed");
        (await TextAsync(former, "one")).ShouldBe("first");
        // Asked once more, it is made.
        (await AdoptAsync(site, former)).Adoption!.IsComplete.ShouldBeTrue();
        (await TextAsync(site, "one")).ShouldBe("changed");
    }

    [Fact]
    public async Task An_adoption_survives_a_restart()
    {
        var (former, site) = await ReinstalledAsync();
        await AdoptAsync(site, former);
        await Host.RestartAsync();
        await AdoptedAsync(site);
        (await TextAsync(site, "one")).ShouldBe("first");
    }

    [Fact]
    public async Task What_was_erased_cannot_be_adopted_nor_does_it_make_a_reinstall()
    {
        var (former, site) = await ReinstalledAsync();
        await Installation(former).EraseAsync(new(Now));

        (await AdoptAsync(site, former)).Outcome.ShouldBe(AdoptionOutcome.NoSuchFormer);
        (await AdoptAsync(site, site)).Outcome.ShouldBe(AdoptionOutcome.NoSuchFormer);
        (await AdoptAsync(new Site(), former)).Outcome.ShouldBe(AdoptionOutcome.NotInstalled);
        var third = site with { Id = Guid.NewGuid().ToString() };
        await AdmitAsync(third);
        (await LifeAsync(third)).Former.ShouldBe([site.Id]);
    }

    private Task<AdoptionAnswer> AdoptAsync(Site site, Site former) => Installation(site).AdoptAsync(new(former.Id));

    private Task AdoptedAsync(Site site) => UntilAsync(async () => (await LifeAsync(site)).Adoption!.IsComplete, TimeSpan.FromSeconds(1));

    private async Task<(Site Former, Site Site)> ReinstalledAsync()
    {
        var former = new Site();
        await AdmitAsync(former);
        await PutAsync(former, "one", "first");
        await PutAsync(former, "two", "second");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await UninstallAsync(former);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var site = former with { Id = Guid.NewGuid().ToString() };
        await AdmitAsync(site);
        return (former, site);
    }
}
