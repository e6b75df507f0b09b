using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>How long an installation keeps which token, and whom it is handed to.</summary>
public abstract class InstallationTokenTests(ActorHost host) : ActorTests(host)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(null)]
    [InlineData("5b10a2844c20165700ede21g")]
    public async Task A_token_is_handed_out_until_a_minute_before_it_expires(string? accountId)
    {
        var site = new Site();
        var token = TestTokens.Until(Now.AddHours(2));
        await KeepAsync(site, accountId, token);
        (await TokenAsync(site, accountId)).ShouldBe(token);

        Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMinutes(1) - Second);
        (await TokenAsync(site, accountId)).ShouldBe(token);

        Clock.Advance(Second);
        (await TokenAsync(site, accountId)).ShouldBeNull();
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("two.parts")]
    [InlineData("not.base64!.x")]
    [InlineData("e30.bm8ganNvbg.x")] // "no json"
    public async Task A_token_whose_expiry_cannot_be_read_lasts_55_minutes(string token)
    {
        var site = new Site();
        await AdmitAsync(site, token);

        Clock.Advance(TimeSpan.FromMinutes(54) - Second);
        (await TokenAsync(site)).ShouldBe(token);

        Clock.Advance(Second);
        (await TokenAsync(site)).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"sub":"x"}""")]
    [InlineData("""{"exp":"tomorrow"}""")]
    [InlineData("""{"exp":1e300}""")]
    [InlineData("""{"exp":-5}""")]
    [InlineData("""["exp",1]""")]
    public async Task An_expiry_that_is_no_time_counts_as_unreadable(string payload)
    {
        var site = new Site();
        await AdmitAsync(site, TestTokens.Of(payload));

        Clock.Advance(TimeSpan.FromMinutes(54) - Second);
        (await TokenAsync(site)).ShouldNotBeNull();

        Clock.Advance(Second);
        (await TokenAsync(site)).ShouldBeNull();
    }

    [Fact]
    public async Task No_token_is_believed_to_last_more_than_four_hours()
    {
        var site = new Site();
        await AdmitAsync(site, TestTokens.Until(Now.AddDays(300)));

        Clock.Advance(TimeSpan.FromHours(4) - TimeSpan.FromMinutes(1) - Second);
        (await TokenAsync(site)).ShouldNotBeNull();

        Clock.Advance(Second);
        (await TokenAsync(site)).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_that_comes_with_less_than_a_minute_left_is_not_kept()
    {
        var site = new Site();
        await AdmitAsync(site, TestTokens.Until(Now.AddSeconds(60)));
        (await TokenAsync(site)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("user")]
    public async Task Tokens_survive_a_restart_and_expire_all_the_same(string? accountId)
    {
        var site = new Site();
        var token = TestTokens.Until(Now.AddHours(2));
        await KeepAsync(site, accountId, token);

        await Host.RestartAsync();
        (await TokenAsync(site, accountId)).ShouldBe(token);

        Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMinutes(1));
        (await TokenAsync(site, accountId)).ShouldBeNull();
    }

    [Fact]
    public async Task Everybody_gets_only_their_own_token()
    {
        var site = new Site();
        var (system, alice) = (TestTokens.Until(Now.AddHours(2)), TestTokens.Until(Now.AddHours(2)));
        await AdmitAsync(site, system);
        await AdmitUserAsync(site, "alice", alice);

        (await TokenAsync(site)).ShouldBe(system);
        (await TokenAsync(site, "alice")).ShouldBe(alice);
        (await TokenAsync(site, "bob")).ShouldBeNull();
        (await TokenAsync(new Site(), "alice")).ShouldBeNull();
        (await TokenAsync(new Site())).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_of_nobody_is_not_kept_for_anybody()
    {
        var site = new Site();
        await Installation(site).AdmitAsync(new(site.Facts(Now), User: AccessToken.Receive(TestTokens.Until(Now.AddHours(2)), Now)));

        (await TokenAsync(site)).ShouldBeNull();
        (await TokenAsync(site, "")).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("user")]
    public async Task Of_two_tokens_the_one_that_lasts_longer_is_kept(string? accountId)
    {
        var site = new Site();
        var (shorter, longer) = (TestTokens.Until(Now.AddHours(1)), TestTokens.Until(Now.AddHours(2)));

        await KeepAsync(site, accountId, shorter);
        await KeepAsync(site, accountId, longer);
        (await TokenAsync(site, accountId)).ShouldBe(longer);

        await KeepAsync(site, accountId, shorter);
        (await TokenAsync(site, accountId)).ShouldBe(longer);

        await Host.RestartAsync();
        await KeepAsync(site, accountId, shorter);
        (await TokenAsync(site, accountId)).ShouldBe(longer);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("user")]
    public async Task A_newer_app_version_always_brings_the_better_token(string? accountId)
    {
        var site = new Site();
        var (old, late, @new) = (TestTokens.Until(Now.AddHours(2)), TestTokens.Until(Now.AddHours(3)), TestTokens.Until(Now.AddHours(1)));

        await KeepAsync(site, accountId, old, "4.9.0");
        await KeepAsync(site, accountId, @new, "4.10.0");
        (await TokenAsync(site, accountId)).ShouldBe(@new);

        await Host.RestartAsync();
        await KeepAsync(site, accountId, late, "4.9.0");
        (await TokenAsync(site, accountId)).ShouldBe(@new);
    }

    [Fact]
    public async Task An_older_version_s_token_is_better_than_one_that_has_run_out()
    {
        var site = new Site();
        await AdmitAsync(site, TestTokens.Until(Now.AddMinutes(10)), "5.0.0");
        Clock.Advance(TimeSpan.FromMinutes(9.5));

        var old = TestTokens.Until(Now.AddHours(2));
        await AdmitAsync(site, old, "4.0.0");

        (await TokenAsync(site)).ShouldBe(old);
    }

    [Fact]
    public async Task The_thousand_and_first_user_takes_the_place_of_the_least_recently_used()
    {
        var site = new Site();
        var tokens = new Dictionary<string, string>();
        for (var i = 0; i < InstallationActor.MostUserTokens; i++)
            await ComesAsync($"user-{i}");
        // The first has not come for the longest time, but was asked for since.
        (await TokenAsync(site, "user-0")).ShouldBe(tokens["user-0"]);
        Clock.Advance(TimeSpan.FromMilliseconds(10));

        await ComesAsync("one-more");
        (await TokenAsync(site, "user-1")).ShouldBeNull();
        (await TokenAsync(site, "user-0")).ShouldBe(tokens["user-0"]);
        (await TokenAsync(site, "one-more")).ShouldBe(tokens["one-more"]);

        await Host.RestartAsync();
        (await TokenAsync(site, "user-1")).ShouldBeNull();
        var kept = 0;
        foreach (var (user, token) in tokens)
            kept += await TokenAsync(site, user) == token ? 1 : 0;
        kept.ShouldBe(InstallationActor.MostUserTokens);

        async Task ComesAsync(string user)
        {
            await AdmitUserAsync(site, user, tokens[user] = TestTokens.Until(Now.AddHours(3)));
            Clock.Advance(TimeSpan.FromMilliseconds(10));
        }
    }

    [Fact]
    public async Task A_user_who_is_known_takes_nobody_s_place()
    {
        var site = new Site();
        for (var i = 0; i < InstallationActor.MostUserTokens; i++)
            await AdmitUserAsync(site, $"user-{i}", TestTokens.Until(Now.AddHours(2)));

        await AdmitUserAsync(site, "user-500", TestTokens.Until(Now.AddHours(3)));

        for (var i = 0; i < InstallationActor.MostUserTokens; i++)
            (await TokenAsync(site, $"user-{i}")).ShouldNotBeNull();
    }

    private Task<Admission> KeepAsync(Site site, string? accountId, string token, string? version = null) =>
        accountId is null ? AdmitAsync(site, token, version) : AdmitUserAsync(site, accountId, token, version);
}
