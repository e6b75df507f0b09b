using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>Points of an hour: work stops at its share, users go on to the end, and what a product says of them is believed as far as it makes sense.</summary>
public abstract class GateQuotaTests(ActorHost host) : GateTests(host)
{
    [Theory]
    [InlineData(301, true, true)]
    [InlineData(300, false, true)]
    [InlineData(3, false, true)]
    [InlineData(0, false, false)]
    public async Task Work_stops_at_its_share_of_the_hour_and_users_go_on_to_the_end(long remaining, bool isOpenToWork, bool isOpenToUsers)
    {
        await OpenAsync();
        await TellAsync(Site(1_000, remaining));

        (await IsOpenAsync(Myself, isBackground: true)).ShouldBe(isOpenToWork);
        (await IsOpenAsync(Myself)).ShouldBe(isOpenToUsers);
        (await IsOpenAsync(Pages, isBackground: true)).ShouldBeTrue();
        PassToTheNextHour();
        (await IsOpenAsync(Myself, isBackground: true)).ShouldBeTrue();
    }

    [Fact]
    public async Task Work_that_may_not_is_told_when_it_may()
    {
        await OpenAsync();
        await TellAsync(Site(1_000, 100, TimeSpan.FromSeconds(900)));

        var answer = await AskAsync(Myself, isBackground: true, mostWait: TimeSpan.FromSeconds(20));

        answer.Verdict.ShouldBe(PermitVerdict.Refused);
        answer.After.ShouldBeInRange(TimeSpan.FromSeconds(900), TimeSpan.FromSeconds(901));
        answer.Limit.ShouldBe(new("jira", LimitScope.Site));
    }

    [Fact]
    public async Task Work_stops_as_soon_as_a_limit_is_announced_to_be_near_until_it_is_not()
    {
        await OpenAsync();
        await TellAsync(Site(1_000, 900, isNear: true));
        (await IsOpenAsync(Myself, isBackground: true)).ShouldBeFalse();
        (await IsOpenAsync(Myself)).ShouldBeTrue();

        await Host.RestartAsync();
        (await IsOpenAsync(Myself, isBackground: true)).ShouldBeFalse();

        await TellAsync(Site(1_000, 899));
        await AskAsync(Myself);
        Clock.Advance(TimeSpan.FromSeconds(2));
        (await IsOpenAsync(Myself, isBackground: true)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_announced_in_turns_with_the_opposite_costs_one_write_to_the_disk()
    {
        await OpenAsync();
        await TellAsync(Site(1_000, 900, isNear: true));
        var before = await Host.QuietMarkAsync();
        for (var i = 0; i < 6; i++)
            await AskAsync(Myself, reading: Site(1_000, 900, isNear: i % 2 == 0));

        (await Host.StorageMarkAsync()).ShouldBe(before);
        (await IsOpenAsync(Myself, isBackground: true)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_limit_that_is_near_after_an_hour_without_a_call_stops_work_for_the_rest_of_the_new_one()
    {
        await OpenAsync();
        Clock.Advance(TimeSpan.FromMinutes(90));
        await TellAsync(new("jira", Search.Endpoint) { IsNearLimit = true });

        (await IsOpenAsync(Myself, isBackground: true)).ShouldBeFalse();
        (await IsOpenAsync(Myself)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_granted_since_the_last_answer_is_counted()
    {
        await OpenAsync();
        await TellAsync(Site(1_000, 7));
        var granted = 0;
        while (await AskAsync(Search with { Method = "POST" }, mostWait: TimeSpan.Zero) is { Verdict: PermitVerdict.Granted })
            granted++;

        granted.ShouldBe(7);
    }

    [Fact]
    public async Task Users_go_on_to_the_end_also_while_many_calls_are_on_their_way()
    {
        await OpenAsync();
        var call = Search with { Method = "POST" };
        for (var i = 0; i < 50; i++)
            (await AskAsync(call, mostWait: TimeSpan.Zero)).ShouldBe(PermitAnswer.AtOnce);
        await TellAsync(Site(1_000, 40));

        // The 50 may be among those that are gone or still come; that is known in some seconds, not at the end of the hour.
        var answer = await AskAsync(call, mostWait: TimeSpan.FromSeconds(5));
        answer.Verdict.ShouldBe(PermitVerdict.AskAgain);
        Clock.Advance(TimeSpan.FromSeconds(3));
        (await AskAsync(call, place: answer.Place, mostWait: TimeSpan.FromSeconds(2))).Verdict.ShouldBe(PermitVerdict.Granted);
    }

    [Fact]
    public async Task An_answer_that_comes_late_opens_nothing()
    {
        await OpenAsync();
        await TellAsync(Site(1_000, 0));
        await TellAsync(Site(1_000, 600));

        (await IsOpenAsync(Myself)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_answer_of_the_hour_that_has_just_ended_closes_nothing()
    {
        await OpenAsync();
        PassToTheNextHour();
        await TellAsync(Site(1_000, 0, TimeSpan.FromSeconds(2)));

        (await IsOpenAsync(Myself)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1_000L, 2_000L, null)]
    [InlineData(1_000L, null, 100)]
    [InlineData(1_000L, null, null)]
    [InlineData(null, null, null)]
    [InlineData(1_000L, 900L, 90_000)]
    [InlineData(1_000L, 900L, -20)]
    [InlineData(1_000L, 900L, 0)]
    public async Task What_makes_no_sense_closes_nothing(long? limit, long? remaining, int? resetAfterSeconds)
    {
        await OpenAsync();
        await TellAsync(Site(limit, remaining, resetAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

        (await IsOpenAsync(Myself, isBackground: true)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_reset_that_is_further_away_than_an_hour_is_at_the_end_of_this_one()
    {
        await OpenAsync();
        await TellAsync(Site(1_000, 0, TimeSpan.FromHours(30)));
        (await IsOpenAsync(Myself)).ShouldBeFalse();

        PassToTheNextHour();
        (await IsOpenAsync(Myself)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_points_of_an_app_are_shared_among_its_sites()
    {
        await OpenAsync();
        var sites = Enumerable.Range(0, 5).Select(_ => Guid.NewGuid().ToString()).ToList();
        await TellAsync(OfApp(2_000, 300), sites[0]);
        // It goes along with the next lease.
        await AskAsync(Search with { Method = "POST" }, site: sites[0]);
        Clock.Advance(TimeSpan.FromSeconds(3));
        await AskAsync(Search with { Method = "POST" }, site: sites[0]);
        Clock.Advance(TimeSpan.FromSeconds(8));

        var granted = 0;
        for (var round = 0; round < 40; round++)
        {
            foreach (var site in sites)
                while (await AskAsync(Search with { Method = "POST" }, mostWait: TimeSpan.Zero, site: site) is { Verdict: PermitVerdict.Granted })
                    granted++;
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
        granted.ShouldBeInRange(280, 302);
        (await IsOpenAsync(Search, isBackground: true, sites[4])).ShouldBeFalse();
        PassToTheNextHour();
        (await IsOpenAsync(Search, isBackground: true, sites[4])).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_left_of_a_lease_of_the_last_hour_is_no_point_of_this_one()
    {
        await OpenAsync();
        var post = Search with { Method = "POST" };
        var early = Guid.NewGuid().ToString();
        Clock.Advance(HourEnd() - Now - TimeSpan.FromSeconds(1));
        await AskAsync(post, site: early);
        PassToTheNextHour();
        for (var i = 0; i < 10; i++, Clock.Advance(TimeSpan.FromSeconds(3)))
            await AskAsync(post);
        var before = await LeftOfAppAsync();

        await AskAsync(post, site: early);

        (await LeftOfAppAsync()).ShouldBe(before - 20);
    }

    private async Task<double> LeftOfAppAsync() =>
        (await Actor<ICallPool>(App).DescribeAsync(GateQuery.Instance)).Limits.Single(limit => limit.Name == new LimitName("jira", LimitScope.App)).Left!.Value;

    [Fact]
    public async Task A_site_that_has_points_of_its_own_takes_none_of_the_app_s()
    {
        await OpenAsync();
        await RefuseAsync(Search, "jira-quota-global-based", TimeSpan.FromMinutes(5), site: Guid.NewGuid().ToString());
        Clock.Advance(TimeSpan.FromSeconds(3));
        (await IsOpenAsync(Myself)).ShouldBeFalse();

        await TellAsync(Site(1_000, 900));

        (await IsOpenAsync(Myself)).ShouldBeTrue();
    }

    // At the beginning of an hour, in a gate that has been there for some seconds.
    private async Task OpenAsync()
    {
        PassToTheNextHour();
        foreach (var call in (LimitedCall[])[Myself, Search, Pages, Search with { Method = "POST" }])
            await AskAsync(call);
        Clock.Advance(TimeSpan.FromSeconds(20));
    }
}
