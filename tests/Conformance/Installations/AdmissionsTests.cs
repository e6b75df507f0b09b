using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>When an installation is told of an invocation, and when that would be telling it nothing.</summary>
public abstract class AdmissionsTests : ActorTests, IDisposable
{
    private readonly Site _site = new();
    private readonly CountingActors _actors;
    private readonly Admissions _admissions;

    protected AdmissionsTests(ActorHost host) : base(host)
    {
        _actors = new(Host.Actors);
        _admissions = new(_actors, Clock);
    }

    [Fact]
    public async Task No_actor_is_called_when_nothing_is_new()
    {
        var (system, user) = (TestTokens.Until(Now.AddHours(2)), TestTokens.Until(Now.AddHours(2)));
        (await AdmitAsync(_site, system, "alice", user)).ShouldBe(Admission.Admitted);
        _actors.Admissions.ShouldBe(1);

        for (var i = 0; i < 10; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            (await AdmitAsync(_site, system, "alice", user)).ShouldBe(Admission.Admitted);
        }
        // Less than what was told is nothing new either.
        await AdmitAsync(_site, system);
        await AdmitAsync(_site);
        await AdmitAsync(_site, principal: "bob");

        _actors.Admissions.ShouldBe(1);
    }

    [Fact]
    public async Task Which_product_calls_says_nothing_new_of_an_installation_in_several()
    {
        var fromConfluence = _site.Invocation(Now);
        var fromJira = fromConfluence with { Installation = fromConfluence.Installation with { ApiBaseUrl = "https://api.atlassian.com/ex/jira/x" } };
        foreach (var invocation in new[] { fromConfluence, fromJira, fromConfluence, fromJira })
            (await _admissions.AdmitAsync(invocation, default, default)).ShouldBe(Admission.Admitted);
        _actors.Admissions.ShouldBe(1);
    }

    [Fact]
    public async Task Another_system_token_is_told_and_handed_out()
    {
        await AdmitAsync(_site, TestTokens.Until(Now.AddHours(2)));
        var next = TestTokens.Until(Now.AddHours(3));
        await AdmitAsync(_site, next);
        await AdmitAsync(_site, next);

        _actors.Admissions.ShouldBe(2);
        (await TokenAsync(_site)).ShouldBe(next);
    }

    [Fact]
    public async Task A_user_s_token_is_told_once_for_each_user()
    {
        var (alice, bob) = (TestTokens.Until(Now.AddHours(2)), TestTokens.Until(Now.AddHours(2)));
        for (var i = 0; i < 3; i++)
        {
            await AdmitAsync(_site, principal: "alice", user: alice);
            await AdmitAsync(_site, principal: "bob", user: bob);
        }

        _actors.Admissions.ShouldBe(2);
        (await TokenAsync(_site, "alice")).ShouldBe(alice);
        (await TokenAsync(_site, "bob")).ShouldBe(bob);
    }

    [Fact]
    public async Task One_user_s_token_is_not_taken_for_another_s()
    {
        var token = TestTokens.Until(Now.AddHours(2));
        await AdmitAsync(_site, principal: "alice", user: token);
        await AdmitAsync(_site, principal: "bob", user: token);

        _actors.Admissions.ShouldBe(2);
    }

    [Fact]
    public async Task A_user_s_token_without_a_user_is_nothing_new()
    {
        await AdmitAsync(_site);
        await AdmitAsync(_site, user: TestTokens.Until(Now.AddHours(2)));

        _actors.Admissions.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_tokens_of_another_app_version_are_told()
    {
        var token = TestTokens.Until(Now.AddHours(1));
        await AdmitAsync(_site, token);
        await AdmitAsync(_site with { AppVersion = "4.3.0" }, token);
        _actors.Admissions.ShouldBe(2);

        // So that the token now counts as one of that version.
        await AdmitAsync(_site, TestTokens.Until(Now.AddHours(3)));
        (await TokenAsync(_site)).ShouldBe(token);
    }

    [Fact]
    public async Task Facts_that_change_and_change_back_are_told_each_time()
    {
        foreach (var version in new[] { "1.0.0", "2.0.0", "1.0.0", "2.0.0" })
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await AdmitAsync(_site with { AppVersion = version });
            (await DescribeAsync(_site))!.AppVersion.ShouldBe(version);
        }
        _actors.Admissions.ShouldBe(4);
    }

    [Fact]
    public async Task Facts_that_are_true_again_are_told_once_however_old_the_object_is_that_states_them()
    {
        // A front may keep the facts of a first token and use them for all later ones that say the same.
        var (one, other) = (_site.Facts(Now), (_site with { AppVersion = "4.3.0" }).Facts(Now));
        for (var change = 0; change < 4; change++)
        {
            var facts = change % 2 == 0 ? one : other;
            for (var call = 0; call < 3; call++)
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                await _admissions.AdmitAsync(new() { Installation = facts, IssuedAt = Now }, default, default);
            }
            (await DescribeAsync(_site))!.AppVersion.ShouldBe(facts.AppVersion);
        }
        _actors.Admissions.ShouldBe(4);
    }

    [Fact]
    public async Task An_old_token_that_comes_late_does_not_hide_that_the_old_facts_are_true_again()
    {
        var cachedByAClient = _site.Invocation(Now);
        Clock.Advance(TimeSpan.FromSeconds(1));
        await AdmitAsync(_site with { AppVersion = "4.3.0" });
        await _admissions.AdmitAsync(cachedByAClient, default, default);
        (await DescribeAsync(_site))!.AppVersion.ShouldBe("4.3.0");

        // A roll-back.
        Clock.Advance(TimeSpan.FromSeconds(1));
        await AdmitAsync(_site);

        (await DescribeAsync(_site))!.AppVersion.ShouldBe(_site.AppVersion);
    }

    [Fact]
    public async Task A_site_that_was_quiet_for_ten_minutes_is_told_again()
    {
        await AdmitAsync(_site);
        Clock.Advance(TimeSpan.FromMinutes(16));

        await AdmitAsync(_site);

        _actors.Admissions.ShouldBe(2);
    }

    [Fact]
    public async Task A_site_that_calls_is_told_of_once_in_ten_minutes()
    {
        for (var i = 0; i < 40; i++)
        {
            await AdmitAsync(_site);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        _actors.Admissions.ShouldBe(4);
    }

    [Fact]
    public async Task An_installation_that_was_forgotten_is_told_again()
    {
        await AdmitAsync(_site);
        _admissions.Forget(_site.Id);
        await AdmitAsync(_site);

        _actors.Admissions.ShouldBe(2);
    }

    [Fact]
    public async Task Another_app_is_refused_however_often_it_comes()
    {
        await AdmitAsync(_site);
        var intruder = _site with { AppId = Guid.NewGuid().ToString() };

        (await AdmitAsync(intruder)).ShouldBe(Admission.RefusedOtherApp);
        (await AdmitAsync(intruder)).ShouldBe(Admission.RefusedOtherApp);
        (await AdmitAsync(_site)).ShouldBe(Admission.Admitted);
    }

    [Fact]
    public async Task Calls_that_come_all_at_once_are_all_admitted_and_the_last_facts_stay()
    {
        var versions = Enumerable.Range(1, 50).Select(i => $"{i}.0.0").ToArray();
        var issued = Now;

        await Task.WhenAll(versions.Select((version, i) => Task.Run(() => _admissions.AdmitAsync(
            (_site with { AppVersion = version }).Invocation(issued.AddSeconds(i)), default, default).AsTask())));

        (await DescribeAsync(_site))!.AppVersion.ShouldBe("50.0.0");
    }

    public void Dispose()
    {
        _admissions.Dispose();
        GC.SuppressFinalize(this);
    }

    private ValueTask<Admission> AdmitAsync(Site site, string? system = null, string? principal = null, string? user = null) =>
        _admissions.AdmitAsync(site.Invocation(Now, principal), new(system, user, Now), default);
}
