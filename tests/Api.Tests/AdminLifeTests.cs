using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>What operators decide of an installation as a whole, and that it stays known who decided it.</summary>
public sealed class AdminLifeTests : IAsyncLifetime
{
    private AdminScene _scene = null!;

    [Fact]
    public async Task An_export_has_all_but_the_tokens()
    {
        var token = $"{Remote.AccessTokenMark}-of-the-app";
        var site = await _scene.InstallAsync(system: token, user: token);
        for (var i = 0; i < 3; i++)
            await PutAsync(site, $"n{i}");
        await _scene.ParkAsync(site, """{"parked":"payload"}""");

        var text = (await _scene.JsonAsync("POST", $"/admin/installations/{site}/export")).GetRawText();

        var export = JsonDocument.Parse(text).RootElement;
        export.EnumerateObject().Select(member => member.Name).ShouldBe(["exportedAt", "description", "installation", "documents", "queue", "realmMigrations"]);
        export.GetProperty("description").GetProperty("installationId").GetString().ShouldBe(site);
        var documents = export.GetProperty("documents").EnumerateArray().Where(row => row.GetProperty("name").GetString()!.StartsWith("document/", StringComparison.Ordinal)).ToList();
        documents.Count.ShouldBe(3);
        documents[0].GetRawText().ShouldContain("note n0");
        export.GetProperty("queue").EnumerateArray().ShouldContain(row => row.GetRawText().Contains("\"parked\"", StringComparison.Ordinal));
        export.GetProperty("installation").EnumerateArray().ShouldContain(row => row.GetProperty("name").GetString() == "facts");
        foreach (var secret in (string[])[Remote.AccessTokenMark, "eyJ", "protected", "token/"])
            text.ShouldNotContain(secret, Case.Insensitive);
    }

    [Fact]
    public async Task An_export_of_many_documents_has_each_of_them()
    {
        var site = await _scene.InstallAsync();
        await Task.WhenAll(Enumerable.Range(0, 1_200).Select(i => PutAsync(site, $"n{i:0000}")));

        var export = await _scene.JsonAsync("POST", $"/admin/installations/{site}/export");

        export.GetProperty("documents").EnumerateArray().Select(row => row.GetProperty("name").GetString())
            .Where(name => name!.StartsWith("document/", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, 1_200).Select(i => $"document/notes/n{i:0000}"));
    }

    [Fact]
    public async Task What_is_erased_is_gone_and_that_it_was_is_not()
    {
        var site = await _scene.InstallAsync();
        await PutAsync(site, "n");
        await _scene.ParkAsync(site);
        _scene.Clock.Advance(TimeSpan.FromSeconds(1));

        await _scene.JsonAsync("DELETE", $"/admin/installations/{site}", user: "ada");

        var shown = await _scene.GetAsync($"/admin/installations/{site}");
        shown.GetProperty("life").GetString().ShouldBe("erased");
        shown.GetProperty("queue").GetProperty("deadLetters").GetInt64().ShouldBe(0);
        (await _scene.JsonAsync("POST", $"/admin/installations/{site}/export")).GetRawText().ShouldNotContain("note n");
        (await AuditAsync($"?installationId={site}")).Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("operator").GetString(), entry.GetProperty("outcome").GetString()))
            .ShouldBe([("installation.export", null, "succeeded"), ("installation.erase", "ada", "succeeded")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_former_installations_documents_are_taken_over_when_an_operator_says_so()
    {
        var former = await _scene.InstallAsync();
        await PutAsync(former, "n");
        _scene.Clock.Advance(TimeSpan.FromHours(1));
        var site = await _scene.InstallAsync();

        var shown = await _scene.GetAsync($"/admin/installations/{site}");
        shown.GetProperty("lifeDetail").GetProperty("former")[0].GetString().ShouldBe(former);
        var adoption = (await _scene.JsonAsync("POST", $"/admin/installations/{site}/adopt", new { from = former.ToUpperInvariant() })).GetProperty("adoption");

        adoption.GetProperty("from").GetString().ShouldBe(former);
        for (var i = 0; i < 500 && (await _scene.GetAsync($"/admin/installations/{site}")).GetProperty("lifeDetail").GetProperty("adoption").GetProperty("isComplete").GetBoolean() is false; i++)
        {
            _scene.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }
        (await _scene.JsonAsync("POST", $"/admin/installations/{site}/export")).GetRawText().ShouldContain("note n");
    }

    [Fact]
    public async Task Anothers_documents_are_not_taken_over()
    {
        var elsewhere = await _scene.InstallAsync(change: fit => fit.App["installation"]!["contexts"]![0]!["cloudId"] = Guid.NewGuid().ToString());
        var site = await _scene.InstallAsync();
        foreach (var from in new[] { elsewhere, Guid.NewGuid().ToString(), site })
            await _scene.RefusedAsync(409, "conflict", "POST", $"/admin/installations/{site}/adopt", json: new { from });
        (await AuditAsync()).ShouldAllBe(entry => entry.GetProperty("outcome").GetString() == "failed" && entry.GetProperty("detail").GetString() == "conflict");
    }

    [Theory]
    [InlineData("""{"from":"x"}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""{"from":7}""")]
    [InlineData("""{"From":"9f2b0a66-1d6c-4a53-8a4e-3f1f7c7d0009","more":1}""")]
    public async Task An_adoption_that_cannot_be_meant_is_refused(string json)
    {
        var site = await _scene.InstallAsync();
        await _scene.RefusedAsync(400, "invalid_request", "POST", $"/admin/installations/{site}/adopt", json: JsonDocument.Parse(json).RootElement);
        (await AuditAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_change_is_in_the_audit_log_the_newest_first_without_payloads()
    {
        var site = await _scene.InstallAsync();
        var item = await _scene.ParkAsync(site, """{"payload-of-a":"customer"}""");
        await _scene.JsonAsync("POST", $"/admin/installations/{site}/dead-letters/{item}/replay", user: "Ada Lovelace");
        await _scene.UntilAsync(site, queue => queue.DeadLetters == 1);
        _scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await _scene.JsonAsync("POST", $"/admin/installations/{site}/dead-letters/replay");
        await _scene.UntilAsync(site, queue => queue.DeadLetters == 1);
        _scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await _scene.RefusedAsync(404, "not_found", "DELETE", $"/admin/installations/{site}/dead-letters/{Guid.NewGuid()}");

        var entries = await AuditAsync();

        entries.Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("operator").GetString(), entry.GetProperty("outcome").GetString())).ShouldBe(
        [
            ("dead-letter.delete", null, "failed"), ("dead-letter.replay-all", null, "succeeded"), ("dead-letter.replay", "Ada Lovelace", "succeeded"),
        ]);
        entries[2].GetProperty("subject").GetString().ShouldBe(item);
        entries[2].GetProperty("installationId").GetString().ShouldBe(site);
        entries[1].GetProperty("detail").GetString().ShouldBe("1 dead letter");
        string.Join('\n', entries).ShouldNotContain("payload-of-a");
        var logged = _scene.Remote.Logs.Lines.Where(line => line.Category == "ForgeOrleans.Audit" && line.Level == LogLevel.Information).ToList();
        logged.Count.ShouldBe(3);
        logged[0].Text.ShouldContain("Ada Lovelace");
        logged[0].Text.ShouldContain(item);
    }

    [Fact]
    public async Task Reading_leaves_nothing_in_the_audit_log()
    {
        var site = await _scene.InstallAsync();
        foreach (var path in new[] { "", $"/{site}", $"/{site}/dead-letters" })
            await _scene.GetAsync($"/admin/installations{path}");
        (await AuditAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_audit_log_is_read_page_by_page_each_entry_once()
    {
        var sites = new[] { await _scene.InstallAsync(), await _scene.InstallAsync() };
        for (var i = 0; i < 5; i++)
        {
            await _scene.JsonAsync("POST", $"/admin/installations/{sites[i % 2]}/dead-letters/replay", user: $"operator {i}");
            _scene.Clock.Advance(TimeSpan.FromMilliseconds(7));
        }
        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = await _scene.GetAsync($"/admin/audit?limit=2{cursor}");
            seen.AddRange(page.GetProperty("audit").EnumerateArray().Select(entry => entry.GetProperty("operator").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : null;
        }
        while (cursor is not null);
        seen.ShouldBe(["operator 4", "operator 3", "operator 2", "operator 1", "operator 0"]);
        (await AuditAsync($"?installationId={sites[1]}&limit=1")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_operators_name_has_its_limits()
    {
        var site = await _scene.InstallAsync();
        await _scene.RefusedAsync(400, "invalid_request", "POST", $"/admin/installations/{site}/dead-letters/replay", user: new string('x', 101));
        await _scene.JsonAsync("POST", $"/admin/installations/{site}/dead-letters/replay", user: new string('x', 100));
        (await AuditAsync()).Count.ShouldBe(1);
    }

    public async Task InitializeAsync() => _scene = await AdminScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    private async Task PutAsync(string site, string key)
    {
        using var response = await _scene.Remote.SendAsync("PUT", $"/notes/{key}", _scene.Remote.Token(fit => fit.OfSite(site, Fit.Cloud)));
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    private async Task<List<JsonElement>> AuditAsync(string query = "") =>
        [.. (await _scene.GetAsync($"/admin/audit{query}")).GetProperty("audit").EnumerateArray()];
}
