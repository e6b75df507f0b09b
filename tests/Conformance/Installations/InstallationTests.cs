using System.Text.Json;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>What an installation knows of itself.</summary>
public abstract class InstallationTests(ActorHost host) : ActorTests(host)
{
    [Fact]
    public async Task An_installation_that_never_called_is_not_described() =>
        (await DescribeAsync(new Site())).ShouldBeNull();

    [Fact]
    public async Task What_the_first_call_says_is_described_after_a_restart()
    {
        var site = new Site { WorkspaceId = Guid.NewGuid().ToString() };
        var issued = Now;
        (await AdmitAsync(site)).ShouldBe(Admission.Admitted);

        await Host.RestartAsync();

        var known = (await DescribeAsync(site)).ShouldNotBeNull();
        known.ShouldBe(site.Facts(issued));
        known.IssuedAt.ShouldBe(issued);
        known.License.ShouldBe(new License { Active = true, Type = "commercial", SubscriptionEndDate = "2027-01-01T00:00:00.000Z" });
        known.Contexts.Select(context => context.Name).ShouldBe(["confluence", "bitbucket"]);
    }

    [Fact]
    public async Task Facts_issued_later_take_the_place_of_others_for_good()
    {
        var site = new Site();
        await AdmitAsync(site);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await AdmitAsync(site with { AppVersion = "4.3.0" });

        (await DescribeAsync(site))!.AppVersion.ShouldBe("4.3.0");
        await Host.RestartAsync();
        (await DescribeAsync(site))!.AppVersion.ShouldBe("4.3.0");
    }

    [Fact]
    public async Task Facts_issued_earlier_that_come_late_change_nothing()
    {
        var site = new Site();
        var old = site.Facts(Now - TimeSpan.FromMinutes(1)) with { AppVersion = "4.1.0", License = null };
        await AdmitAsync(site);

        (await Installation(site).AdmitAsync(new(old))).ShouldBe(Admission.Admitted);

        (await DescribeAsync(site)).ShouldBe(site.Facts(Now));
    }

    [Fact]
    public async Task Equal_facts_and_tokens_that_are_known_store_nothing()
    {
        var site = new Site();
        var (system, user) = (TestTokens.Until(Now.AddHours(3)), TestTokens.Until(Now.AddHours(3)));
        await AdmitAsync(site, system);
        await AdmitUserAsync(site, "user", user);
        var before = await Host.QuietMarkAsync();

        Clock.Advance(TimeSpan.FromSeconds(1));
        await AdmitAsync(site, system);
        await AdmitUserAsync(site, "user", user);

        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task Facts_that_differ_in_the_license_alone_are_stored()
    {
        var site = new Site();
        await AdmitAsync(site);
        Clock.Advance(TimeSpan.FromSeconds(1));

        await Installation(site).AdmitAsync(new(site.Facts(Now) with { License = new() { Active = false, Type = "commercial" } }));

        (await DescribeAsync(site))!.License!.Active.ShouldBe(false);
    }

    [Fact]
    public async Task Another_app_is_refused_and_leaves_nothing_behind()
    {
        var site = new Site();
        var token = TestTokens.Until(Now.AddHours(2));
        await AdmitAsync(site, token);
        Clock.Advance(TimeSpan.FromSeconds(1));
        var intruder = site with { AppId = Guid.NewGuid().ToString() };

        (await AdmitAsync(intruder, TestTokens.Until(Now.AddHours(4)), version: "9.0.0")).ShouldBe(Admission.RefusedOtherApp);
        (await AdmitUserAsync(intruder, "user", TestTokens.Until(Now.AddHours(4)))).ShouldBe(Admission.RefusedOtherApp);

        (await DescribeAsync(site))!.AppId.ShouldBe(site.AppId);
        (await TokenAsync(site)).ShouldBe(token);
        (await TokenAsync(site, "user")).ShouldBeNull();
    }

    [Fact]
    public async Task Another_app_is_refused_after_a_restart_too()
    {
        var site = new Site();
        await AdmitAsync(site);

        await Host.RestartAsync();

        (await AdmitAsync(site with { AppId = Guid.NewGuid().ToString() })).ShouldBe(Admission.RefusedOtherApp);
    }

    [Fact]
    public async Task What_a_newer_version_says_is_kept_and_so_is_what_it_said_before()
    {
        var site = new Site();
        var facts = site.Facts(Now);
        await Installation(site).AdmitAsync(new(facts with { Others = Members("""{"first":1,"second":1}""") }));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Installation(site).AdmitAsync(new(facts with { AppVersion = "9.0.0", IssuedAt = Now, Others = Members("""{"second":2,"third":2}""") }));
        await Host.RestartAsync();

        var others = (await DescribeAsync(site))!.Others!;
        others.ToDictionary(member => member.Key, member => member.Value.GetInt32()).ShouldBe(
            new Dictionary<string, int> { ["first"] = 1, ["second"] = 2, ["third"] = 2 }, ignoreOrder: true);
    }

    private static Dictionary<string, JsonElement> Members(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
