using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>What a product forbids stops for as long as it says, for every process, and nothing else does.</summary>
public abstract class GateBlockTests(ActorHost host) : GateTests(host)
{
    private readonly string _neighbour = Guid.NewGuid().ToString();

    [Theory]
    [InlineData("jira-burst-based", false, true, true, true, true)]
    [InlineData("something-new", false, true, true, true, true)]
    [InlineData(null, false, true, true, true, true)]
    [InlineData("jira-per-issue-on-write", true, true, false, true, true)]
    [InlineData("jira-quota-tenant-based", false, false, false, true, true)]
    [InlineData("jira-quota-global-based", false, false, false, true, false)]
    public async Task A_429_stops_exactly_what_its_reason_names(string? reason, bool search, bool myself, bool edit, bool confluence, bool neighbour)
    {
        await WarmAsync();
        await RefuseAsync(reason == "jira-per-issue-on-write" ? Edit : Search, reason, TimeSpan.FromSeconds(30));
        // The others' leases of the app's points end.
        Clock.Advance(TimeSpan.FromSeconds(3));

        (await IsOpenAsync(Search)).ShouldBe(search);
        (await IsOpenAsync(Myself)).ShouldBe(myself);
        (await IsOpenAsync(Edit)).ShouldBe(edit);
        (await IsOpenAsync(Edit with { Issue = "ABC-2" })).ShouldBe(reason == "jira-per-issue-on-write" || edit);
        (await IsOpenAsync(Pages)).ShouldBe(confluence);
        (await IsOpenAsync(Search, site: _neighbour)).ShouldBe(neighbour);

        Clock.Advance(TimeSpan.FromSeconds(28));
        foreach (var call in (LimitedCall[])[Search, Myself, Edit, Pages])
            (await IsOpenAsync(call)).ShouldBeTrue();
        (await IsOpenAsync(Search, site: _neighbour)).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_cannot_wait_as_long_is_told_at_once_when_it_could_be()
    {
        await WarmAsync();
        await RefuseAsync(Search, "jira-burst-based", TimeSpan.FromSeconds(30));

        var answer = await AskAsync(Search, mostWait: TimeSpan.FromSeconds(20));

        answer.Verdict.ShouldBe(PermitVerdict.Refused);
        answer.After.ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        (answer.Limit, answer.Reason).ShouldBe((new("jira", LimitScope.Endpoint, Search.Endpoint), "jira-burst-based"));
    }

    [Fact]
    public async Task Those_who_wait_for_the_end_of_a_block_do_not_come_all_at_once()
    {
        await WarmAsync();

        // Each the first in the line of a site: in one line all waits would differ by their places, spread or not.
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 50; i++)
        {
            var site = Guid.NewGuid().ToString();
            await RefuseAsync(Search, "jira-burst-based", TimeSpan.FromSeconds(0.4), site: site);
            waits.Add((await AskAsync(Search, site: site)).After);
        }

        waits.ShouldAllBe(wait => wait >= TimeSpan.FromSeconds(0.4));
        waits.Distinct().Count().ShouldBeGreaterThan(20);
        (waits.Max() - waits.Min()).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.3));
    }

    [Theory]
    [InlineData("jira-quota-tenant-based")]
    [InlineData("jira-quota-global-based")]
    [InlineData("jira-burst-based")]
    public async Task A_block_survives_a_restart(string reason)
    {
        await WarmAsync();
        await RefuseAsync(Search, reason, TimeSpan.FromMinutes(20));
        await Host.RestartAsync();
        Clock.Advance(TimeSpan.FromMinutes(19));

        (await IsOpenAsync(Search)).ShouldBeFalse();
        var limit = (await Gate.DescribeAsync(GateQuery.Instance)).Limits.Concat((await Actor<ICallPool>(App).DescribeAsync(GateQuery.Instance)).Limits)
            .Single(limit => limit.Reason == reason);
        limit.BlockedUntil!.Value.ShouldBeInRange(Now.AddSeconds(59), Now.AddSeconds(61));
        Clock.Advance(TimeSpan.FromMinutes(2));
        (await IsOpenAsync(Search)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_permit_costs_no_disk()
    {
        await WarmAsync();
        var before = await Host.QuietMarkAsync();
        for (var i = 0; i < 20; i++)
            await AskAsync(Search, isBackground: i % 2 == 0, reading: Site(100_000, 90_000 - i));

        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData("jira-burst-based", 1)]
    [InlineData("jira-per-issue-on-write", 1)]
    public async Task A_429_that_does_not_say_for_how_long_stops_longer_each_time(string reason, int seconds)
    {
        await WarmAsync();
        for (var i = 0; i < 3; i++, seconds *= 2)
        {
            await RefuseAsync(Edit, reason, null);
            var answer = await AskAsync(Edit, mostWait: TimeSpan.Zero);
            answer.Verdict.ShouldBe(PermitVerdict.Refused);
            answer.After.ShouldBeInRange(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds + 1));
            Clock.Advance(TimeSpan.FromSeconds(seconds + 1));
        }
    }

    [Theory]
    [InlineData("jira-burst-based")]
    [InlineData("jira-per-issue-on-write")]
    public async Task Calls_that_were_on_their_way_together_are_refused_as_one(string reason)
    {
        await WarmAsync();
        for (var i = 0; i < 10; i++)
            await RefuseAsync(Edit, reason, null);

        (await AskAsync(Edit, mostWait: TimeSpan.Zero)).After.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task What_names_its_time_makes_no_later_wait_longer()
    {
        await WarmAsync();
        for (var i = 0; i < 5; i++)
        {
            await RefuseAsync(Edit, "jira-burst-based", TimeSpan.FromSeconds(6));
            Clock.Advance(TimeSpan.FromSeconds(7));
        }
        await RefuseAsync(Edit, "jira-burst-based", null);
        (await AskAsync(Edit, mostWait: TimeSpan.Zero)).After.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task An_endpoint_whose_calls_were_refused_together_is_trusted_no_less_than_after_one()
    {
        await WarmAsync();
        for (var i = 0; i < 20; i++)
            await RefuseAsync(Search, "jira-burst-based", TimeSpan.FromSeconds(1));
        Clock.Advance(TimeSpan.FromSeconds(4));

        var granted = 0;
        while (await AskAsync(Search, mostWait: TimeSpan.Zero) is { Verdict: PermitVerdict.Granted })
            granted++;
        granted.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task A_quota_that_does_not_say_for_how_long_is_closed_until_the_hour_ends_unless_it_says_that_it_has_ended()
    {
        PassToTheNextHour();
        await WarmAsync();
        await RefuseAsync(Search, "jira-quota-tenant-based", null, resetHasPassed: true);
        (await AskAsync(Search, mostWait: TimeSpan.Zero)).After.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Clock.Advance(TimeSpan.FromSeconds(2));
        (await IsOpenAsync(Search)).ShouldBeTrue();

        await RefuseAsync(Search, "jira-quota-tenant-based", null);
        var left = HourEnd() - Now;
        (await AskAsync(Search, mostWait: TimeSpan.Zero)).After.ShouldBeInRange(left, left + TimeSpan.FromSeconds(1));
        PassToTheNextHour();
        (await IsOpenAsync(Search)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_endpoint_that_takes_less_than_was_thought_is_asked_for_less()
    {
        await WarmAsync();
        var before = await GrantsOfAsync(TimeSpan.FromSeconds(3));
        await RefuseAsync(Search, "jira-burst-based", TimeSpan.FromSeconds(1));
        Clock.Advance(TimeSpan.FromSeconds(2));

        (await GrantsOfAsync(TimeSpan.FromSeconds(3))).ShouldBeLessThan(before * 4 / 5);
    }

    // Calls as many times as it may in so much time.
    private async Task<int> GrantsOfAsync(TimeSpan time)
    {
        var granted = 0;
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(100))
        {
            while (await AskAsync(Search, mostWait: TimeSpan.Zero) is { Verdict: PermitVerdict.Granted })
                granted++;
            Clock.Advance(TimeSpan.FromMilliseconds(100));
        }
        return granted;
    }

    // A new gate begins nearly empty.
    private async Task WarmAsync()
    {
        foreach (var call in (LimitedCall[])[Search, Myself, Edit, Edit with { Issue = "ABC-2" }, Pages])
            await AskAsync(call);
        await AskAsync(Search, site: _neighbour);
        Clock.Advance(TimeSpan.FromSeconds(3));
    }
}
