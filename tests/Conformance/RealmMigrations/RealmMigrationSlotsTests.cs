using ForgeOrleans.RealmMigrations;

namespace ForgeOrleans.Conformance.RealmMigrations;

/// <summary>How many sites of an app are migrated at once.</summary>
public abstract class RealmMigrationSlotsTests(ActorHost host) : ActorTests(host)
{
    private readonly string _app = Guid.NewGuid().ToString();

    private IRealmMigrationSlots Slots => Actor<IRealmMigrationSlots>(_app);

    [Fact]
    public async Task Ten_have_a_slot_and_the_next_one_has_none_until_one_is_given_back()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(site => TakeAsync($"site-{site}")));
        taken.Count(isTaken => isTaken).ShouldBe(10);
        await Host.RestartAsync();
        (await TakeAsync("late")).ShouldBeFalse();
        // Another app's sites have slots of their own.
        (await Actor<IRealmMigrationSlots>(Guid.NewGuid().ToString()).TakeAsync(new("late", "1", Now.AddDays(1)))).IsTaken.ShouldBeTrue();

        var holder = $"site-{Array.IndexOf(taken, true)}";
        (await TakeAsync(holder)).ShouldBeTrue();
        await Slots.ReturnAsync(new(holder, "2"));
        (await TakeAsync("late")).ShouldBeFalse();
        await Slots.ReturnAsync(new(holder, "1"));
        await Slots.ReturnAsync(new(holder, "1"));

        (await TakeAsync("late")).ShouldBeTrue();
        (await TakeAsync("later")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_slot_whose_time_is_over_is_another_s()
    {
        for (var i = 0; i < 10; i++)
            (await TakeAsync($"site-{i}", i == 3 ? 1 : 5)).ShouldBeTrue();
        Clock.Advance(TimeSpan.FromDays(2));

        (await TakeAsync("late")).ShouldBeTrue();

        // And whoever had it is one too many now.
        (await TakeAsync("site-3")).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_has_a_slot_keeps_it_without_storing_anything()
    {
        await TakeAsync("site");
        var before = await Host.QuietMarkAsync();

        (await TakeAsync("site")).ShouldBeTrue();

        (await Host.StorageMarkAsync()).ShouldBe(before);
    }

    private async Task<bool> TakeAsync(string site, int days = 1) => (await Slots.TakeAsync(new(site, "1", Now.AddDays(days)))).IsTaken;
}
