using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>Who waits for a permit: first come, first served, users before work, and who goes away makes room.</summary>
public abstract class GateLineTests(ActorHost host) : GateTests(host)
{
    [Fact]
    public async Task Those_who_wait_longest_are_served_first()
    {
        await FillAsync();
        var first = await WaitingAsync(40);
        await WaitingAsync(60);

        // The first come back in time, and a newcomer with them.
        Clock.Advance(TimeSpan.FromSeconds(1));
        var granted = 0;
        foreach (var answer in first)
            granted += await AskAsync(Search, place: answer.Place) is { Verdict: PermitVerdict.Granted } ? 1 : 0;

        granted.ShouldBe(40);
        (await AskAsync(Search, mostWait: TimeSpan.FromMilliseconds(1))).Verdict.ShouldBe(PermitVerdict.Refused);
    }

    [Fact]
    public async Task Users_come_before_work()
    {
        await FillAsync();
        await WaitingAsync(50, isBackground: true);
        var user = await AskAsync(Search);
        var worker = await AskAsync(Search, isBackground: true);

        user.After.ShouldBeLessThan(TimeSpan.FromMilliseconds(280));
        worker.After.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
    }

    [Fact]
    public async Task Who_goes_away_makes_room()
    {
        await FillAsync();
        var waiting = await WaitingAsync(100);
        var patient = await AskAsync(Search);
        foreach (var answer in waiting)
            await Gate.TellAsync(new(App, [], new(Search, IsBackground: false, answer.Place)));

        (await AskAsync(Search, place: patient.Place)).After.ShouldBeLessThan(TimeSpan.FromMilliseconds(280));
    }

    [Fact]
    public async Task Who_does_not_come_back_has_lost_the_place()
    {
        await FillAsync();
        await WaitingAsync(100);
        Clock.Advance(TimeSpan.FromSeconds(5));

        (await AskAsync(Search)).ShouldBe(PermitAnswer.AtOnce);
    }

    [Fact]
    public async Task A_permit_that_is_given_back_is_another_s()
    {
        await FillAsync();
        Clock.Advance(TimeSpan.FromMilliseconds(8));
        var held = await AskAsync(Search);
        held.Verdict.ShouldBe(PermitVerdict.Granted);
        await Gate.TellAsync(new(App, [], new(Search, IsBackground: false, null)));

        (await AskAsync(Search)).ShouldBe(held);
    }

    [Fact]
    public async Task Operators_see_what_was_called_and_what_waits()
    {
        await FillAsync();
        var before = await SeenAsync();
        await WaitingAsync(30);
        await AskAsync(Search, mostWait: TimeSpan.Zero);

        var limit = await SeenAsync();
        limit.Calls.ShouldBeGreaterThan(80);
        (limit.Waiting, limit.Waits - before.Waits, limit.Refusals - before.Refusals, limit.Size).ShouldBe((30, 30, 1, 100));
    }

    private async Task<LimitView> SeenAsync() =>
        (await Gate.DescribeAsync(GateQuery.Instance)).Limits.Single(limit => limit.Name == new LimitName("jira", LimitScope.Endpoint, Search.Endpoint));

    private async Task FillAsync()
    {
        await AskAsync(Search);
        Clock.Advance(TimeSpan.FromSeconds(3));
        while (await AskAsync(Search, mostWait: TimeSpan.Zero) is { Verdict: PermitVerdict.Granted })
        {
        }
        // From here on even a short wait is too long to be part of a permit.
        while (await AskAsync(Search, mostWait: TimeSpan.FromMilliseconds(245)) is { Verdict: PermitVerdict.Granted })
        {
        }
        (await AskAsync(Search, mostWait: TimeSpan.Zero)).Verdict.ShouldBe(PermitVerdict.Refused);
    }

    private async Task<List<PermitAnswer>> WaitingAsync(int count, bool isBackground = false)
    {
        var waiting = new List<PermitAnswer>();
        for (var i = 0; i < count; i++)
        {
            var answer = await AskAsync(Search, isBackground);
            answer.Verdict.ShouldBe(PermitVerdict.AskAgain);
            waiting.Add(answer);
        }
        return waiting;
    }
}
