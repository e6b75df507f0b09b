using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Installations;
using ForgeOrleans.Work;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>What changes in an installation's life, and what follows from it.</summary>
public abstract class LifeTests(ActorHost host) : LifeOfSites(host)
{
    [Fact]
    public async Task An_installation_is_fresh_for_ten_minutes_and_then_in_use()
    {
        var site = new Site();
        var first = Now;
        (await Installation(site).DescribeLifeAsync(new())).ShouldBeNull();
        await AdmitAsync(site);

        var life = await LifeAsync(site);
        (life.State, life.InstalledAt, life.LastSeen, life.Cause).ShouldBe((LifeState.Installed, first, first, LifeCause.FirstCall));
        Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        (await LifeAsync(site)).State.ShouldBe(LifeState.Installed);
        Clock.Advance(TimeSpan.FromTicks(1));
        (await LifeAsync(site)).State.ShouldBe(LifeState.Active);
        await Host.RestartAsync();
        (await LifeAsync(site)).State.ShouldBe(LifeState.Active);
    }

    [Fact]
    public async Task One_of_which_the_platform_says_that_it_was_installed_is_fresh_from_then_on()
    {
        var site = new Site();
        await AdmitAsync(site);
        Clock.Advance(TimeSpan.FromHours(1));

        await Installation(site).NoteLifecycleAsync(new(LifecycleChange.Installed, Now));

        (await LifeAsync(site)).State.ShouldBe(LifeState.Installed);
        Clock.Advance(TimeSpan.FromMinutes(10));
        (await LifeAsync(site)).State.ShouldBe(LifeState.Active);
    }

    [Fact]
    public async Task When_it_was_last_seen_is_written_at_most_once_an_hour()
    {
        var site = new Site();
        await AdmitAsync(site);
        var stored = await StoredLifeAsync(site);
        for (var i = 0; i < 5; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(10));
            await AdmitAsync(site);
            (await LifeAsync(site)).LastSeen.ShouldBe(Now);
        }
        // Of this site: what other tests have left behind goes on while the clock does.
        (await StoredLifeAsync(site)).ShouldBe(stored);

        Clock.Advance(TimeSpan.FromMinutes(10));
        await AdmitAsync(site);
        var seen = Now;
        await Host.RestartAsync(TimeSpan.FromMinutes(1));
        (await LifeAsync(site)).LastSeen.ShouldBe(seen);
    }

    [Fact]
    public async Task An_uninstall_stops_all_work_but_the_handler_that_is_told_of_it()
    {
        var site = new Site();
        await AdmitAsync(site);
        await UninstallAsync(site);
        var at = Now;

        await ToldAsync(site, LifecycleChange.Uninstalled);

        var life = await LifeAsync(site);
        (life.State, life.Since, life.Cause, life.EraseAt).ShouldBe((LifeState.Uninstalled, at, LifeCause.PreUninstall, at.AddDays(30)));
        (await QueueOfAsync(site)).IsStopped.ShouldBeTrue();
        await GiveWorkAsync(site);
        (await Queue(site).LeaseAsync(new("test", 5))).Leases.ShouldBeEmpty();
        // Said twice, it is told once.
        await UninstallAsync(site);
        LifeProbe.ToldOf(site.Id).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_uninstall_that_was_announced_is_done_unless_it_is_called_again()
    {
        var (gone, called) = (new Site(), new Site());
        foreach (var site in new[] { gone, called })
        {
            await AdmitAsync(site);
            await Installation(site).NoteLifecycleAsync(new(LifecycleChange.Uninstalled, Now, IsAnnounced: true));
            (await LifeAsync(site)).UninstallAnnouncedAt.ShouldBe(Now);
            (await QueueOfAsync(site)).IsStopped.ShouldBeFalse();
        }
        var announced = Now;
        Clock.Advance(TimeSpan.FromSeconds(1));
        await AdmitAsync(called);
        (await LifeAsync(called)).UninstallAnnouncedAt.ShouldBeNull();

        await Host.RestartAsync(TimeSpan.FromMinutes(14));
        (await LifeAsync(gone)).State.ShouldNotBe(LifeState.Uninstalled);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync(async () => (await LifeAsync(gone)).State == LifeState.Uninstalled, TimeSpan.FromSeconds(10));

        var life = await LifeAsync(gone);
        (life.Since, life.Cause, life.UninstallAnnouncedAt).ShouldBe((announced, LifeCause.PreUninstall, null));
        (await LifeAsync(called)).State.ShouldBe(LifeState.Active);
    }

    [Fact]
    public async Task A_call_that_was_issued_after_an_uninstall_brings_it_back_and_an_older_one_does_not()
    {
        var site = new Site();
        await AdmitAsync(site);
        var before = site.Facts(Now);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await UninstallAsync(site);

        (await Installation(site).AdmitAsync(new(before))).ShouldBe(Admission.Admitted);
        (await LifeAsync(site)).State.ShouldBe(LifeState.Uninstalled);
        Clock.Advance(TimeSpan.FromSeconds(10));
        await AdmitAsync(site);

        var life = await LifeAsync(site);
        (life.State, life.Cause, life.EraseAt).ShouldBe((LifeState.Active, LifeCause.Returned, null));
        (await QueueOfAsync(site)).IsStopped.ShouldBeFalse();
        await ToldAsync(site, LifecycleChange.Uninstalled, LifecycleChange.Returned);
    }

    [Fact]
    public async Task What_products_refuse_for_a_day_while_the_platform_is_silent_was_uninstalled()
    {
        var site = new Site();
        await AdmitAsync(site);
        Clock.Advance(TimeSpan.FromHours(1));
        await RefuseAsync(site);
        (await LifeAsync(site)).RefusedSince.ShouldBe(Now);

        // Nobody calls: it is found out by itself.
        await Host.RestartAsync(TimeSpan.FromHours(24));
        await UntilAsync(async () => (await LifeAsync(site)).State == LifeState.Uninstalled, TimeSpan.FromSeconds(10));

        (await LifeAsync(site)).Cause.ShouldBe(LifeCause.Inferred);
        (await QueueOfAsync(site)).IsStopped.ShouldBeTrue();
        await ToldAsync(site, LifecycleChange.Uninstalled);
    }

    [Theory]
    [InlineData("it called")]
    [InlineData("its products answered")]
    [InlineData("a daily trigger fired")]
    public async Task It_was_not_when(string what)
    {
        var site = new Site();
        await AdmitAsync(site);
        if (what == "a daily trigger fired")
            await Queue(site).AcceptAsync(new([new WorkItem
            {
                ItemId = Guid.NewGuid().ToString(), Kind = WorkKind.Trigger, Key = "daily", Deduplication = Deduplication.WithinInterval, Interval = TimeSpan.FromDays(1),
            }]));
        await RefuseAsync(site);
        Clock.Advance(TimeSpan.FromMinutes(1));
        if (what == "its products answered")
            await Installation(site).NoteProductAsync(new(200, Now, Now));
        await Host.RestartAsync(TimeSpan.FromHours(23));
        if (what == "it called")
            await AdmitAsync(site);
        await Host.RestartAsync(TimeSpan.FromHours(5));

        // What would find it out.
        await Installation(site).NoteProductAsync(new(404, Now, Now));

        (await LifeAsync(site)).State.ShouldBe(LifeState.Active);
        LifeProbe.ToldOf(site.Id).ShouldBeEmpty();
        if (what != "a daily trigger fired")
            return;
        Clock.Advance(TimeSpan.FromHours(24));
        await UntilAsync(async () => (await LifeAsync(site)).State == LifeState.Uninstalled, TimeSpan.FromSeconds(10));
    }

    private async Task<string> StoredLifeAsync(Site site) =>
        (await Installation(site).ExportAsync(new())).Rows.Single(row => row.Name == "installation/life").Value.GetRawText();

    private Task<InstallationLife?> RefuseAsync(Site site) => Installation(site).NoteProductAsync(new(401, Now, Now));
}
