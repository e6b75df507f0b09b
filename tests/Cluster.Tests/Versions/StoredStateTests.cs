using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Cluster.Tests.Silos;
using ForgeOrleans.Conformance;
using ForgeOrleans.Documents;
using ForgeOrleans.Grains;
using ForgeOrleans.Installations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Storage;

namespace ForgeOrleans.Cluster.Tests.Versions;

/// <summary>What earlier versions have stored is read by this one; what newer ones have stored survives it.</summary>
public sealed class StoredStateTests(TwoLiveSilos live) : IClassFixture<TwoLiveSilos>
{
    private const string RowsState = "rows";

    [Fact]
    public async Task Rows_of_an_installation_as_they_were_published_are_read_whole()
    {
        var (rows, now) = (await InstallationRowsAsync(), Samples.Issued);
        var published = new RowsInMemory();
        foreach (var (name, file) in new[] { ("facts", "row-facts"), ("token/system", "row-token"), ("token/user/" + Samples.AccountId, "row-token") })
            published[name] = Published.Read($"v1/{file}.json", () => rows[name]!);

        var installation = RowsInMemory.Installation(published, now);

        var facts = await installation.DescribeAsync(DescribeRequest.Instance);
        facts.ShouldBe(Samples.Facts);
        facts!.IssuedAt.ShouldBe(Samples.Issued);
        facts.Others.ShouldBeNull();
        foreach (var account in new[] { null, Samples.AccountId })
        {
            var token = await installation.GetTokenAsync(new(account));
            token!.Text().ShouldBe(Samples.Token.Text());
            token!.ExpiresAt.ShouldBe(Samples.Token.ExpiresAt);
        }
    }

    [Fact]
    public async Task A_row_without_what_is_optional_is_read_with_its_defaults()
    {
        var published = new RowsInMemory
        {
            ["facts"] = $$"""{"installationId":"{{Samples.InstallationId}}","appId":"{{Samples.Facts.AppId}}"}""",
        };
        var installation = RowsInMemory.Installation(published, Samples.Issued);

        (await installation.DescribeAsync(DescribeRequest.Instance))!.Contexts.ShouldBeEmpty();
        (await installation.AdmitAsync(new(Samples.Facts with { Contexts = [] }))).ShouldBe(Admission.Admitted);
    }

    [Fact]
    public async Task Rows_of_documents_as_they_were_published_are_read_whole()
    {
        var rows = new RowsInMemory();
        DocumentChange change = new(new("notes", "one"), Encoding.UTF8.GetBytes("""{"text":"ü"}"""), null);
        await RowsInMemory.SiteState(rows).CommitAsync(new([change]));
        var published = new RowsInMemory
        {
            ["document/notes/one"] = Published.Read("v1/row-document.json", () => rows["document/notes/one"]!),
            ["version"] = Published.Read("v1/row-version.json", () => rows["version"]!),
        };

        var document = await RowsInMemory.SiteState(published).GetAsync(change.Name);

        document!.Version.ShouldBe(1);
        document.Utf8Json.ToArray().ShouldBe(change.Utf8Json!.Value.ToArray());
        (await RowsInMemory.SiteState(published).CommitAsync(new([change]))).Version.ShouldBe(2);
    }

    [Fact]
    public async Task Rows_of_work_on_its_way_as_they_were_published_are_read_whole()
    {
        const string Name = "outbox/0000000000000001/00";
        WorkItem item = new()
        {
            ItemId = "01a2b3c4-1d6c-7a53-8a4e-3f1f7c7d0005",
            Kind = WorkKind.Job,
            Key = "ship",
            OrderingKey = "job/customer",
            DeduplicationKey = "job/order",
            NotBefore = Samples.Issued.AddHours(1),
            AcceptedAt = Samples.Issued,
            Payload = Encoding.UTF8.GetBytes("""{"text":"ü"}"""),
        };
        var rows = new RowsInMemory();
        (await RowsInMemory.SiteState(rows).CommitAsync(new([], Work: [item]))).Work.ShouldBe(1);
        var published = new RowsInMemory { [Name] = Published.Read("v1/row-outbox.json", () => rows[Name]!) };
        var accepted = new TaskCompletionSource<WorkItem>(TaskCreationOptions.RunContinuationsAsynchronously);

        await RowsInMemory.SiteState(published, batch => accepted.TrySetResult(batch.Items.ShouldHaveSingleItem())).OnAlarmAsync(default);

        var read = await accepted.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Encoding.UTF8.GetString(read.Payload.Span).ShouldBe("""{"text":"ü"}""");
        (read with { Payload = item.Payload }).ShouldBe(item);
    }

    [Fact]
    public async Task Rows_of_the_index_as_they_were_published_are_read_whole()
    {
        var (rows, name) = (new RowsInMemory(), "installation/" + Samples.InstallationId);
        await new InstallationIndexActor(rows.Self).EnterAsync(new(new(Samples.InstallationId, Samples.Issued), null));
        var published = new RowsInMemory { [name] = Published.Read("v1/row-index.json", () => rows[name]!) };

        (await new InstallationIndexActor(published.Self).ListAsync(new())).Installations
            .ShouldHaveSingleItem().ShouldBe(new(Samples.InstallationId, Samples.Issued));
    }

    [Fact]
    public async Task Rows_of_realm_migrations_as_they_were_published_are_read_whole()
    {
        var (rows, clock) = (new RowsInMemory(), new FakeClock());
        var planned = new RealmMigration("17", Samples.Issued, Samples.Issued.AddHours(6), "EU");
        await new RealmMigrationActor(rows.Self, clock).EnterAsync(new(RealmMigrationHook.Schedule, "17", "c1", planned));
        await new RealmMigrationActor(rows.Self, clock).LeaveAsync(new(RealmMigrationHook.Schedule, "17", "c1", HookOutcome.Failed, "E0002"));
        var published = new RowsInMemory
        {
            ["migration/17"] = Published.Read("v1/row-realm-migration.json", () => rows["migration/17"]!),
            ["current"] = Published.Read("v1/row-realm-migration-current.json", () => rows["current"]!),
        };

        var record = (await new RealmMigrationActor(published.Self, clock).DescribeAsync(new())).ShouldNotBeNull();

        record.ShouldBe(new(planned, RealmMigrationState.Refused, 1, clock.GetUtcNow(), "E0002"));
    }

    [Fact]
    public async Task Slots_of_realm_migrations_as_they_were_published_are_read_whole()
    {
        var (rows, clock, options) = (new RowsInMemory(), new FakeClock(), Options.Create(new RealmMigrationOptions { AtOnce = 1 }));
        await new RealmMigrationSlotsActor(rows.Self, options, clock).TakeAsync(new("site", "17", Samples.Issued.AddHours(6)));
        var published = new RowsInMemory { ["slot/site/17"] = Published.Read("v1/row-realm-migration-slot.json", () => rows["slot/site/17"]!) };

        (await new RealmMigrationSlotsActor(published.Self, options, clock).TakeAsync(new("another", "1", Samples.Issued.AddHours(6)))).IsTaken.ShouldBeFalse();
        clock.Advance(TimeSpan.FromHours(7));
        (await new RealmMigrationSlotsActor(published.Self, options, clock).TakeAsync(new("another", "1", Samples.Issued.AddHours(20)))).IsTaken.ShouldBeTrue();
    }

    [Fact]
    public async Task The_budget_of_tokens_of_users_as_it_was_published_is_read_whole()
    {
        var (rows, clock, options) = (new RowsInMemory(), new FakeClock(), Options.Create(new ProductApiOptions { OfflineTokensPerMinute = 5 }));
        var budget = new OfflineTokenBudgetActor(rows.Self, options, clock);
        await budget.TakeAsync(new(5));
        await budget.BlockAsync(new(TimeSpan.FromSeconds(10)));
        var published = new RowsInMemory { ["budget"] = Published.Read("v1/row-offline-budget.json", () => rows["budget"]!) };

        budget = new OfflineTokenBudgetActor(published.Self, options, clock);

        (await budget.TakeAsync(new(1))).ShouldBe(new(0, TimeSpan.FromSeconds(10)));
        clock.Advance(TimeSpan.FromSeconds(10));
        (await budget.TakeAsync(new(1))).ShouldBe(new(0, TimeSpan.FromSeconds(53)));
    }

    [Fact]
    public void Rows_in_one_state_as_they_were_published_are_read_whole()
    {
        var sample = new StoredRows { Rows = { ["facts"] = Encoding.UTF8.GetBytes("{}"), ["version"] = "7"u8.ToArray() }, Alarm = 1_772_442_000_123 };
        var services = live.Cluster.Silos[0].ServiceProvider;
        var (json, binary) = (services.GetRequiredService<IGrainStorageSerializer>(), services.GetRequiredService<Serializer<StoredRows>>());

        // As providers write it that Orleans gives its serializer, and as those do that keep bytes of their own.
        ShouldBeSample(json.Deserialize<StoredRows>(BinaryData.FromString(Published.Read("v1/stored-rows.json", () => json.Serialize(sample).ToString()))));
        ShouldBeSample(binary.Deserialize(Convert.FromBase64String(Published.Read("v1/stored-rows.base64", () => Convert.ToBase64String(binary.SerializeToArray(sample))))));

        void ShouldBeSample(StoredRows? read)
        {
            read!.Alarm.ShouldBe(sample.Alarm);
            read.Rows.Keys.Order().ShouldBe(["facts", "version"]);
            foreach (var (name, value) in read.Rows)
                value.ShouldBe(sample.Rows[name]);
        }
    }

    [Fact]
    public async Task What_a_newer_version_has_stored_of_an_installation_survives_this_version_s_writing()
    {
        var site = new Site();
        var rows = await InstallationRowsAsync();
        var first = JsonNode.Parse(Published.Read("v1/row-facts.json", () => rows["facts"]!))!;
        (first["installationId"], first["appId"], first["addedLater"]) = (site.Id, site.AppId, JsonNode.Parse("""{"a":[1,2]}"""));
        var grain = GrainId.Create("installation", site.Id);
        live.Storage.Put(RowsState, grain, new StoredRows { Rows = { ["facts"] = Encoding.UTF8.GetBytes(first.ToJsonString()) } });
        var installation = live.Actors.Get<IInstallationActor>(site.Id);

        (await installation.DescribeAsync(DescribeRequest.Instance))!.Others!.ShouldContainKey("addedLater");
        await installation.AdmitAsync(new(site.Facts(DateTimeOffset.UtcNow) with { AppVersion = "9.0.0" }));

        var row = JsonNode.Parse(live.Storage.Read<StoredRows>(RowsState, grain).Rows["facts"])!;
        row["appVersion"]!.GetValue<string>().ShouldBe("9.0.0");
        JsonNode.DeepEquals(row["addedLater"], first["addedLater"]).ShouldBeTrue(row.ToJsonString());
    }

    private static async Task<RowsInMemory> InstallationRowsAsync()
    {
        var rows = new RowsInMemory();
        await RowsInMemory.Installation(rows, Samples.Issued).AdmitAsync(new(Samples.Facts, Samples.Token, Samples.AccountId, Samples.Token));
        return rows;
    }
}
