using ForgeOrleans.Audit;

namespace ForgeOrleans.Conformance.Audit;

/// <summary>What operators have done is remembered.</summary>
public abstract class AuditLogTests(ActorHost host) : ActorTests(host)
{
    private readonly string _app = Guid.NewGuid().ToString();

    private IAuditLog Log => Actor<IAuditLog>(_app);

    [Fact]
    public async Task An_entry_is_there_after_a_restart()
    {
        var entry = Entry() with { Subject = "an-item", Detail = "3 dead letters" };
        await Log.RecordAsync(entry);

        await Host.RestartAsync();

        (await ListAsync()).ShouldBe([entry]);
    }

    [Fact]
    public async Task The_newest_entry_comes_first()
    {
        var entries = new List<AuditEntry>();
        for (var i = 0; i < 5; i++)
        {
            entries.Insert(0, Entry());
            await Log.RecordAsync(entries[0]);
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await ListAsync()).ShouldBe(entries);
    }

    [Fact]
    public async Task An_outcome_takes_the_place_of_the_beginning()
    {
        var begun = Entry();
        await Log.RecordAsync(begun);
        var ended = begun with { Outcome = AuditOutcome.Failed, Detail = "unavailable" };
        await Log.RecordAsync(ended);
        await Log.RecordAsync(ended);

        (await ListAsync()).ShouldBe([ended]);
    }

    [Fact]
    public async Task A_log_longer_than_a_page_is_listed_to_its_end_each_entry_once()
    {
        var entries = Enumerable.Range(0, 7).Select(_ => Entry()).ToList();
        await Task.WhenAll(entries.Select(entry => Log.RecordAsync(entry)));

        (await ListAsync(limit: 3)).ShouldBe(entries, ignoreOrder: true);
    }

    [Fact]
    public async Task The_entries_of_one_installation_are_found_among_others()
    {
        var wanted = Guid.NewGuid().ToString();
        for (var i = 0; i < 9; i++)
            await Log.RecordAsync(Entry() with { InstallationId = i % 3 == 0 ? wanted : Guid.NewGuid().ToString() });

        (await ListAsync(wanted, limit: 2)).Select(entry => entry.InstallationId).ShouldBe([wanted, wanted, wanted]);
        (await ListAsync(Guid.NewGuid().ToString())).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_apps_log_is_not_anothers()
    {
        await Log.RecordAsync(Entry());

        (await Actor<IAuditLog>(Guid.NewGuid().ToString()).ListAsync(new())).Entries.ShouldBeEmpty();
    }

    private AuditEntry Entry() => new(
        Guid.CreateVersion7(Now).ToString(), DateTimeOffset.FromUnixTimeMilliseconds(Now.ToUnixTimeMilliseconds()), "ada", "dead-letter.replay", Guid.NewGuid().ToString(), null, AuditOutcome.Started);

    private async Task<List<AuditEntry>> ListAsync(string? installationId = null, int limit = 100)
    {
        var all = new List<AuditEntry>();
        string? after = null;
        do
        {
            var page = await Log.ListAsync(new(installationId, after, limit));
            page.Entries.Count.ShouldBeLessThanOrEqualTo(limit);
            all.AddRange(page.Entries.Select(entry => entry.Entry));
            after = page.Next;
        }
        while (after is not null);
        return all;
    }
}
