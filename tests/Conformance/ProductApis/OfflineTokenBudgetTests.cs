using ForgeOrleans.ProductApis;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>How often all processes together ask the platform for tokens of users.</summary>
public abstract class OfflineTokenBudgetTests(ActorHost host) : ActorTests(host)
{
    private const int AMinute = 1_000;

    private readonly string _app = Guid.NewGuid().ToString();

    private IOfflineTokenBudget Budget => Actor<IOfflineTokenBudget>(_app);

    [Fact]
    public async Task In_no_minute_wherever_it_begins_more_is_granted_than_may_be_asked()
    {
        var granted = new List<(DateTimeOffset At, int Count)>();
        for (var second = 0; second < 400; second++)
        {
            // Now a lot at once, now a little all the time.
            for (var i = 0; i < (second % 90 < 3 ? 12 : 1); i++)
                if ((await Budget.TakeAsync(new(second % 90 < 3 ? 100 : 7))) is { Count: > 0 and var count })
                    granted.Add((Now, count));
            Clock.Advance(TimeSpan.FromSeconds(0.7));
        }

        // What is granted may be used until two seconds later.
        var most = granted.Max(first => granted.Where(g => g.At >= first.At && g.At - first.At < TimeSpan.FromSeconds(62)).Sum(g => g.Count));
        most.ShouldBeLessThanOrEqualTo(AMinute);
        most.ShouldBeGreaterThan(AMinute * 95 / 100);
    }

    [Fact]
    public async Task Whoever_comes_too_late_is_told_when_there_will_be_some_and_then_there_are()
    {
        (await TakeAllAsync()).ShouldBe(AMinute);

        var none = await Budget.TakeAsync(new(1));

        none.Count.ShouldBe(0);
        none.AskAgain.ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(64));
        Clock.Advance(none.AskAgain - TimeSpan.FromSeconds(0.1));
        (await Budget.TakeAsync(new(1))).Count.ShouldBe(0);
        Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await Budget.TakeAsync(new(5))).Count.ShouldBe(5);
    }

    [Fact]
    public async Task One_app_takes_nothing_from_another()
    {
        await TakeAllAsync();

        (await Actor<IOfflineTokenBudget>(Guid.NewGuid().ToString()).TakeAsync(new(3))).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_restart_forgets_nothing()
    {
        await TakeAllAsync();
        await Host.RestartAsync(TimeSpan.FromSeconds(30));
        (await Budget.TakeAsync(new(1))).ShouldSatisfyAllConditions(grant => grant.Count.ShouldBe(0), grant => grant.AskAgain.ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(34)));

        Clock.Advance(TimeSpan.FromSeconds(34));
        (await Budget.TakeAsync(new(1))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_clock_that_is_set_frees_nothing()
    {
        await TakeAllAsync();

        Clock.Jump(TimeSpan.FromHours(1));
        (await Budget.TakeAsync(new(1))).Count.ShouldBe(0);
        Clock.Jump(TimeSpan.FromHours(-2));
        (await Budget.TakeAsync(new(1))).Count.ShouldBe(0);
        Clock.Jump(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_block_is_kept_over_a_restart_and_a_shorter_one_does_not_end_it()
    {
        await Budget.BlockAsync(new(TimeSpan.FromMinutes(5)));
        await Budget.BlockAsync(new(TimeSpan.FromMinutes(1)));
        await Host.RestartAsync(TimeSpan.FromMinutes(2));

        (await Budget.TakeAsync(new(1))).ShouldBe(new(0, TimeSpan.FromMinutes(3)));
        Clock.Advance(TimeSpan.FromMinutes(3));
        (await Budget.TakeAsync(new(1))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Nobody_is_blocked_for_more_than_an_hour()
    {
        await Budget.BlockAsync(new(TimeSpan.FromDays(9)));

        (await Budget.TakeAsync(new(1))).AskAgain.ShouldBe(TimeSpan.FromHours(1));
    }

    private async Task<int> TakeAllAsync()
    {
        var taken = 0;
        while (await Budget.TakeAsync(new(int.MaxValue)) is { Count: > 0 and var count })
            taken += count;
        return taken;
    }
}
