using System.Text.Json;
using ForgeOrleans.Conformance.Documents;
using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Documents;
using ForgeOrleans.Installations;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Conformance.Installations;

/// <summary>What is left of an installation when its data is erased, and what can come back: nothing that was there before.</summary>
public abstract class ErasureTests(ActorHost host) : LifeOfSites(host)
{
    [Fact]
    public async Task An_erasure_leaves_nothing_but_that_it_was()
    {
        var site = await FilledAsync();

        (await EraseAsync(site)).ShouldBe(new(true, true));

        await ShouldBeEmptyAsync(site);
        var life = await LifeAsync(site);
        (life.State, life.Cause, life.ErasedAt, life.IsErasing).ShouldBe((LifeState.Erased, LifeCause.Operator, Now, false));
        await Host.RestartAsync();
        await ShouldBeEmptyAsync(site);
        // Nothing is waited for any more either: an alarm that is left over finds nothing to do.
        var rows = await RowsAsync(site);
        rows.Select(row => row.Name).Where(name => name.StartsWith("installation/", StringComparison.Ordinal)).ShouldBe(["installation/life"]);
        rows.Select(row => row.Name).Where(name => name.StartsWith("site-state/", StringComparison.Ordinal)).ShouldBe(["site-state/erased", "site-state/version"]);
        rows.Select(row => row.Name).Where(name => name.StartsWith("work-queue/", StringComparison.Ordinal)).ShouldBe(["work-queue/queue"]);
    }

    [Fact]
    public async Task Its_slots_for_realm_migrations_are_another_s_then()
    {
        var site = await FilledAsync();
        var slots = Actor<IRealmMigrationSlots>(site.AppId);
        for (var i = 0; i < 10; i++)
            (await slots.TakeAsync(new(site.Id, $"{i}", Now.AddDays(9)))).IsTaken.ShouldBeTrue();
        (await slots.TakeAsync(new("other", "1", Now.AddDays(9)))).IsTaken.ShouldBeFalse();

        await EraseAsync(site);

        (await slots.TakeAsync(new("other", "1", Now.AddDays(9)))).IsTaken.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_not_known_cannot_be_erased() => (await EraseAsync(new Site())).ShouldBe(new(false, true));

    [Fact]
    public async Task The_retention_over_all_is_erased_by_itself()
    {
        var site = await FilledAsync();
        await UninstallAsync(site);
        await ToldAsync(site, LifecycleChange.Uninstalled);
        await Host.RestartAsync(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(10));
        (await TextAsync(site, "one")).ShouldBe("first");
        (await LifeAsync(site)).State.ShouldBe(LifeState.Uninstalled);

        await Host.RestartAsync(TimeSpan.FromMinutes(10));
        await UntilAsync(async () => await LifeAsync(site) is { State: LifeState.Erased, IsErasing: false }, TimeSpan.FromSeconds(10));

        (await LifeAsync(site)).Cause.ShouldBe(LifeCause.Retention);
        await ShouldBeEmptyAsync(site);
    }

    [Fact]
    public async Task An_installation_that_returns_in_time_keeps_all()
    {
        var site = await FilledAsync();
        await UninstallAsync(site);
        await Host.RestartAsync(TimeSpan.FromDays(29));
        await AdmitAsync(site);
        await Host.RestartAsync(TimeSpan.FromDays(2));
        for (var i = 0; i < 12; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            (await LifeAsync(site)).State.ShouldBe(LifeState.Active);
        }
        (await TextAsync(site, "one")).ShouldBe("first");
    }

    [Fact]
    public async Task What_was_issued_before_is_refused_for_ever()
    {
        var site = await FilledAsync();
        var (facts, state) = (site.Facts(Now), StateOf(site));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await EraseAsync(site);
        Clock.Advance(TimeSpan.FromSeconds(1));

        await ShouldRefuseAsync();
        (await LifeAsync(site)).State.ShouldBe(LifeState.Erased);
        await AdmitAsync(site);
        await ShouldRefuseAsync();

        (await TextAsync(site, "late")).ShouldBeNull();

        async Task ShouldRefuseAsync()
        {
            (await Installation(site).AdmitAsync(new(facts))).ShouldBe(Admission.RefusedErased);
            (await Should.ThrowAsync<ForgeException>(state.Collection<Note>("notes").PutAsync("late", new("text")))).Code.ShouldBe(ForgeErrorCode.Forbidden);
            (await Should.ThrowAsync<ForgeException>(Queue(site).AcceptAsync(new([new WorkItem
            {
                ItemId = Guid.NewGuid().ToString(), Kind = WorkKind.Job, Key = "late", Origin = new(facts.IssuedAt),
            }])))).Code.ShouldBe(ForgeErrorCode.Forbidden);
        }
    }

    [Fact]
    public async Task What_is_issued_afterwards_begins_anew_and_empty()
    {
        var site = await FilledAsync();
        await EraseAsync(site);
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await AdmitAsync(site)).ShouldBe(Admission.Admitted);

        var life = await LifeAsync(site);
        (life.State, life.Cause, life.InstalledAt).ShouldBe((LifeState.Installed, LifeCause.Returned, Now));
        (await TextAsync(site, "one")).ShouldBeNull();
        await PutAsync(site, "two", "second");
        (await QueueOfAsync(site)).IsStopped.ShouldBeFalse();
        (await IndexedAsync(site)).ShouldBe([site.Id]);
        await ToldAsync(site, LifecycleChange.Returned);
        // The same decision, heard once more, is about what was.
        await Installation(site).EraseAsync(new(Now - TimeSpan.FromSeconds(1)));
        (await TextAsync(site, "two")).ShouldBe("second");
        await EraseAsync(site);
        (await TextAsync(site, "two")).ShouldBeNull();
    }

    [Fact]
    public async Task A_handler_of_a_process_that_has_not_heard_of_it_stores_what_is_issued_afterwards()
    {
        var site = await FilledAsync();
        await EraseAsync(site);
        Clock.Advance(TimeSpan.FromSeconds(1));

        await PutAsync(site, "two", "second");

        (await TextAsync(site, "two")).ShouldBe("second");
        (await LifeAsync(site)).State.ShouldBe(LifeState.Installed);
        (await IndexedAsync(site)).ShouldBe([site.Id]);
    }

    [Fact]
    public async Task An_erasure_that_was_interrupted_goes_on()
    {
        var site = await FilledAsync();
        var state = Actor<ISiteStateActor>(site.Id);
        for (var i = 0; i < 25; i++)
            await state.CommitAsync(new([.. Enumerable.Range(0, SiteState.MostChanges).Select(
                n => new DocumentChange(new("many", $"{i}-{n}"), "{}"u8.ToArray(), null))]));

        (await EraseAsync(site)).IsComplete.ShouldBeFalse();
        await Host.RestartAsync();
        await UntilAsync(async () => !(await LifeAsync(site)).IsErasing, TimeSpan.FromSeconds(10));

        await ShouldBeEmptyAsync(site);
        (await RowsAsync(site)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task An_export_has_all_but_tokens()
    {
        var site = await FilledAsync();
        var token = TestTokens.Until(Now.AddHours(3));
        await AdmitUserAsync(site, "alice", token);

        var rows = await RowsAsync(site);

        var names = rows.Select(row => row.Name).ToList();
        names.Distinct().Count().ShouldBe(names.Count);
        names.ShouldContain("installation/facts");
        names.ShouldContain("installation/life");
        names.ShouldContain("site-state/document/notes/one");
        names.ShouldContain(name => name.StartsWith("work-queue/", StringComparison.Ordinal));
        rows.Single(row => row.Name == "site-state/document/notes/one").Value.GetProperty("document").GetProperty("text").GetString().ShouldBe("first");
        JsonSerializer.Serialize(rows).ShouldNotContain("token/");
        rows.Where(row => row.Name.StartsWith("site-state/document/many/", StringComparison.Ordinal)).Count().ShouldBe(150);
    }

    private async Task<Site> FilledAsync()
    {
        var site = new Site();
        await AdmitAsync(site, TestTokens.Until(Now.AddHours(3)));
        await PutAsync(site, "one", "first");
        for (var i = 0; i < 2; i++)
            await Actor<ISiteStateActor>(site.Id).CommitAsync(new([.. Enumerable.Range(0, 75).Select(n => new DocumentChange(new("many", $"first-{i}-{n}"), "{}"u8.ToArray(), null))]));
        await GiveWorkAsync(site, Now.AddYears(1));
        return site;
    }

    private Task<InstallationErasureAnswer> EraseAsync(Site site) => Installation(site).EraseAsync(new(Now));

    private async Task ShouldBeEmptyAsync(Site site)
    {
        (await DescribeAsync(site)).ShouldBeNull();
        (await TokenAsync(site)).ShouldBeNull();
        (await TextAsync(site, "one")).ShouldBeNull();
        (await QueueOfAsync(site)).Waiting.ShouldBe(0);
        (await IndexedAsync(site)).ShouldBeEmpty();
    }

    private async Task<List<string>> IndexedAsync(Site site)
    {
        var index = Host.Services.GetRequiredService<InstallationIndex>();
        var listed = new List<string>();
        await foreach (var installation in index.ListAsync(site.AppId))
            listed.Add(installation.InstallationId);
        (await index.FindAsync(site.AppId, site.CloudId!)).Select(installation => installation.InstallationId).ShouldBe(listed);
        return listed;
    }

    private async Task<List<ExportedRow>> RowsAsync(Site site)
    {
        var rows = new List<ExportedRow>();
        string? after = null;
        do
        {
            var page = await Installation(site).ExportAsync(new(after));
            rows.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);
        return rows;
    }
}
