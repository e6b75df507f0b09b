using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>Which process may ask the platform for a user's token, and what is remembered of the answer.</summary>
public abstract class OfflineUsersTests(ActorHost host) : ActorTests(host)
{
    private readonly Site _site = new();

    private IOfflineUsers Users => Actor<IOfflineUsers>(_site.Id);

    [Fact]
    public async Task One_is_to_ask_and_the_others_come_again_until_it_has_reported()
    {
        (await AskAsync("a", "first")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
        var busy = await AskAsync("a", "second");
        (busy.Decision, busy.Outcome).ShouldBe((OfflineTokenDecision.Busy, null));
        busy.Time.ShouldBeInRange(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
        (await AskAsync("b", "third")).Decision.ShouldBe(OfflineTokenDecision.Fetch, "of another user");
        (await AskAsync("a", "fourth", context: "ari:cloud:confluence::site/1")).Decision.ShouldBe(OfflineTokenDecision.Fetch, "of another product");

        await ReportAsync("a", "first", Token("t1"));

        var known = await AskAsync("a", "second");
        known.Decision.ShouldBe(OfflineTokenDecision.Known);
        known.Outcome!.Token!.Text().ShouldBe("t1");
        known.Outcome.Lasts.ShouldBe(TimeSpan.FromMinutes(4));
    }

    [Fact]
    public async Task What_is_remembered_lasts_as_long_as_it_was_said_to()
    {
        await AskAsync("a", "first");
        await ReportAsync("a", "first", Token("t1"));
        Clock.Advance(TimeSpan.FromMinutes(3));
        (await AskAsync("a", "second")).Outcome!.Lasts.ShouldBe(TimeSpan.FromMinutes(1));
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await AskAsync("a", "second")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
        await ReportAsync("a", "second", new(null, new("No.", IsPermanent: true, "no"), TimeSpan.FromMinutes(1)));

        var failed = await AskAsync("a", "third");
        failed.Outcome.ShouldBe(new(null, new("No.", IsPermanent: true, "no"), TimeSpan.FromMinutes(1)));
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await AskAsync("a", "third")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    [Fact]
    public async Task Whoever_does_not_report_in_time_loses_its_right_and_nothing_is_taken_from_it_afterwards()
    {
        await AskAsync("a", "dead");
        Clock.Advance(TimeSpan.FromSeconds(14));
        (await AskAsync("a", "second")).Decision.ShouldBe(OfflineTokenDecision.Busy);
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await AskAsync("a", "second")).Decision.ShouldBe(OfflineTokenDecision.Fetch);

        await ReportAsync("a", "dead", Token("late"));

        (await AskAsync("a", "third")).Decision.ShouldBe(OfflineTokenDecision.Busy);
        await ReportAsync("a", "second", Token("in time"));
        (await AskAsync("a", "third")).Outcome!.Token!.Text().ShouldBe("in time");
    }

    [Fact]
    public async Task Whoever_could_not_ask_gives_its_right_back()
    {
        await AskAsync("a", "first");
        await ReportAsync("a", "first", null);
        (await AskAsync("a", "second")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    [Fact]
    public async Task A_request_that_is_repeated_is_granted_again()
    {
        (await AskAsync("a", "first")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
        (await AskAsync("a", "first")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    [Fact]
    public async Task A_token_that_a_product_refuses_is_replaced_unless_it_has_only_just_come()
    {
        await AskAsync("a", "first");
        await ReportAsync("a", "first", Token("t1"));
        (await AskAsync("a", "second", refused: "t1")).Outcome!.Token!.Text().ShouldBe("t1", "a product that takes none would use up the app's budget");
        Clock.Advance(TimeSpan.FromMinutes(1));
        (await AskAsync("a", "second", refused: "t0")).Outcome!.Token!.Text().ShouldBe("t1", "it was another one");

        (await AskAsync("a", "second", refused: "t1")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    [Fact]
    public async Task What_was_granted_is_to_be_used_at_once()
    {
        (await AskAsync("a", "first")).Time.ShouldBe(IOfflineTokenBudget.UsedWithin);
        // The second takes two from the budget, one of which is kept for a second.
        await AskAsync("b", "second");
        Clock.Advance(TimeSpan.FromSeconds(0.75));
        (await AskAsync("c", "third")).Time.ShouldBe(TimeSpan.FromSeconds(1.25));
    }

    [Fact]
    public async Task A_site_with_many_users_may_ask_as_often_as_the_app_may()
    {
        var (granted, over) = (0, 0);
        for (var i = 0; i < 1_050; i++)
        {
            var answer = await AskAsync($"user-{i}", $"asker-{i}");
            if (answer.Decision == OfflineTokenDecision.Fetch)
            {
                granted++;
                await ReportAsync($"user-{i}", $"asker-{i}", Token($"t{i}"));
            }
            else
            {
                answer.Decision.ShouldBe(OfflineTokenDecision.OverBudget);
                answer.Time.ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(64));
                over++;
            }
        }
        (granted, over).ShouldBe((1_000, 50));

        // Another site of the app has none either, and one of another app has.
        (await Actor<IOfflineUsers>(new Site().Id).AskAsync(Request("x", "x"))).Decision.ShouldBe(OfflineTokenDecision.OverBudget);
        (await Actor<IOfflineUsers>(new Site().Id).AskAsync(Request("x", "x") with { AppId = new Site().AppId })).Decision.ShouldBe(OfflineTokenDecision.Fetch);

        // What is known needs none.
        (await AskAsync("user-7", "again")).Decision.ShouldBe(OfflineTokenDecision.Known);
        Clock.Advance(TimeSpan.FromSeconds(64));
        (await AskAsync("late", "late")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    [Fact]
    public async Task When_the_platform_asks_to_wait_all_sites_of_the_app_do()
    {
        await AskAsync("a", "first");
        await Users.ReportAsync(new(User("a"), _site.AppId, "first", null, TimeSpan.FromSeconds(40)));

        var own = await AskAsync("a", "second");
        (own.Decision, own.Time).ShouldBe((OfflineTokenDecision.OverBudget, TimeSpan.FromSeconds(40)));
        var others = await Actor<IOfflineUsers>(new Site().Id).AskAsync(Request("a", "second"));
        (others.Decision, others.Time).ShouldBe((OfflineTokenDecision.OverBudget, TimeSpan.FromSeconds(40)));

        Clock.Advance(TimeSpan.FromSeconds(40));
        (await AskAsync("a", "second")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    [Fact]
    public async Task Nothing_of_an_erased_installation_is_left_and_nothing_comes_in_late()
    {
        await AdmitAsync(_site, TestTokens.Until(Now.AddHours(1)));
        await AskAsync("a", "first");
        await ReportAsync("a", "first", Token("t1"));
        await AskAsync("b", "second");

        Clock.Advance(TimeSpan.FromSeconds(1));
        (await Installation(_site).EraseAsync(new(Now))).IsComplete.ShouldBeTrue();

        await ReportAsync("b", "second", Token("t2"));
        (await AskAsync("a", "third")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
        (await AskAsync("b", "third")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    [Fact]
    public async Task No_token_is_stored()
    {
        // The budget stores something with every right that it grants, and nothing else does.
        await AskAsync("a", "first");
        var before = await Host.QuietMarkAsync();

        await ReportAsync("a", "first", Token("t1"));
        await AskAsync("a", "second");

        (await Host.StorageMarkAsync()).ShouldBe(before);
        await Host.RestartAsync();
        (await AskAsync("a", "third")).Decision.ShouldBe(OfflineTokenDecision.Fetch);
    }

    private static OfflineUser User(string accountId, string context = "ari:cloud:jira::site/1") => new(context, accountId);

    private OfflineTokenRequest Request(string accountId, string asker) => new(User(accountId), _site.AppId, asker);

    private Task<OfflineTokenAnswer> AskAsync(string accountId, string asker, string? refused = null, string context = "ari:cloud:jira::site/1") =>
        Users.AskAsync(new(User(accountId, context), _site.AppId, asker, refused is null ? null : AccessToken.Receive(refused, Now)));

    private Task ReportAsync(string accountId, string asker, OfflineTokenOutcome? outcome) =>
        Users.ReportAsync(new(User(accountId), _site.AppId, asker, outcome));

    private OfflineTokenOutcome Token(string text) => new(AccessToken.Receive(text, Now), null, TimeSpan.FromMinutes(4));
}
