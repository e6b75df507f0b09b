using System.Text.Json;
using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.Work;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Cli.Tests;

/// <summary>Every command does what it says, on a real remote.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private AdminScene _scene = null!;
    private string _site = "";

    [Fact]
    public async Task Installations_are_listed_as_a_table_and_as_json()
    {
        var ill = await _scene.InstallAsync();
        await _scene.ParkAsync(ill);

        var table = await DoneAsync("installations", "list");
        table.ShouldContain(_site);
        table.ShouldContain(ill);
        table.ShouldContain("production");
        table.ShouldNotContain("\u001b");

        var json = await JsonAsync("installations", "list", "--dead-letters", "--json");
        json.GetProperty("installations").EnumerateArray().Single().GetProperty("installationId").GetString().ShouldBe(ill);
        json.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task More_installations_than_a_page_are_listed()
    {
        for (var i = 0; i < 5; i++)
            await _scene.InstallAsync();
        (await JsonAsync("installations", "list", "--json")).GetProperty("installations").GetArrayLength().ShouldBe(6);
        (await JsonAsync("installations", "list", "--json", "--limit", "4")).GetProperty("installations").GetArrayLength().ShouldBe(4);
        var some = await RunAsync("installations", "list", "--limit", "4");
        some.Error.ShouldContain("--limit 40");
    }

    [Fact]
    public async Task An_installation_is_shown_with_what_ails_it()
    {
        await _scene.DeliverTriggerAsync(_site);
        await _scene.EnqueueAsync(_site, "nobody-takes-it");
        _scene.Clock.Advance(TimeSpan.FromHours(2.5));
        var shown = await DoneAsync("installations", "show", _site);
        shown.ShouldContain(_site);
        shown.ShouldContain("hourly");
        shown.ShouldContain("missed");
        shown.ShouldContain("likely uninstalled");
        (await JsonAsync("installations", "show", _site, "--json")).GetProperty("queue").GetProperty("waiting").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Dead_letters_are_listed_replayed_and_deleted()
    {
        var (first, second, third) = (await _scene.ParkAsync(_site, """{"order":7}"""), await _scene.ParkAsync(_site), await _scene.ParkAsync(_site));
        var listed = await DoneAsync("dead-letters", "list", _site, "--payload");
        listed.ShouldContain(first);
        listed.ShouldContain("This cannot work.");
        listed.ShouldContain("""{"order":7}""");
        _scene.Succeeds = true;

        (await DoneAsync("dead-letters", "delete", _site, second)).ShouldContain("deleted");
        (await DoneAsync("dead-letters", "replay", _site, first)).ShouldContain("1 dead letter runs again");
        (await DoneAsync("dead-letters", "replay", _site, "--all")).ShouldContain("1 dead letter runs again");

        await _scene.UntilAsync(_site, queue => queue is { Waiting: 0, Running: 0, DeadLetters: 0 });
        (await DoneAsync("dead-letters", "list", _site)).ShouldContain("no dead letters");
        var gone = await RunAsync("dead-letters", "delete", _site, third);
        gone.ExitCode.ShouldBe(1);
        gone.Error.ShouldContain("no such dead letter");
    }

    [Fact]
    public async Task What_somebody_else_wrote_does_not_reach_the_terminal_as_a_command()
    {
        await _scene.Queue(_site).SetScheduleAsync(new() { Name = "[red]x[/] \u202e‮y", Job = "sometimes", Every = TimeSpan.FromHours(1) });
        var shown = await DoneAsync("installations", "show", _site);
        shown.ShouldContain("[red]x[/]");
        shown.ShouldNotContain("\u202e");
    }

    [Fact]
    public async Task An_export_goes_to_a_file_that_is_its_owners_alone_or_to_the_output()
    {
        var folder = Directory.CreateTempSubdirectory("forge-cli-tests-");
        var file = Path.Combine(folder.FullName, "export.json");
        (await RunAsync("export", _site, "--output", file)).ExitCode.ShouldBe(0);
        JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("documents").GetArrayLength().ShouldBeGreaterThanOrEqualTo(0);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(folder.FullName).ShouldBe([file]);
        folder.Delete(true);

        (await JsonAsync("export", _site)).GetProperty("description").GetProperty("installationId").GetString().ShouldBe(_site);
    }

    [Fact]
    public async Task An_erasure_asks_first()
    {
        foreach (var input in new[] { null, "", "no", "Erase everything" })
        {
            var asked = await Cli.RunAsync(_scene, ["erase", _site], input);
            asked.ExitCode.ShouldBe(1);
            asked.Error.ShouldContain(_site);
            asked.Error.ShouldContain("Nothing was erased");
        }
        await LivesAsync("installed", "active");

        (await Cli.RunAsync(_scene, ["erase", _site], "erase")).ExitCode.ShouldBe(0);
        await LivesAsync("erased");
    }

    [Fact]
    public async Task An_erasure_does_not_ask_where_yes_was_said()
    {
        (await JsonAsync("erase", _site, "--yes", "--json")).GetProperty("isComplete").ValueKind.ShouldBeOneOf(JsonValueKind.True, JsonValueKind.False);
        await LivesAsync("erased");
    }

    [Fact]
    public async Task A_former_installation_is_adopted()
    {
        _scene.Clock.Advance(TimeSpan.FromHours(1));
        var reinstalled = await _scene.InstallAsync();
        (await DoneAsync("adopt", reinstalled, "--from", _site)).ShouldContain("✓");
        var refused = await RunAsync("adopt", reinstalled, "--from", Guid.NewGuid().ToString());
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("former");
    }

    [Fact]
    public async Task A_schedule_is_removed()
    {
        await _scene.Queue(_site).SetScheduleAsync(new() { Name = "a / b", Job = "sometimes", Every = TimeSpan.FromHours(1) });
        await DoneAsync("schedules", "delete", _site, "a / b");
        (await _scene.Queue(_site).DescribeAsync(QueueRequest.Instance)).Schedules.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_audit_log_says_who_did_what()
    {
        await DoneAsync("dead-letters", "replay", _site, "--all");
        var table = await DoneAsync("audit", "--installation", _site);
        table.ShouldContain("ada");
        table.ShouldContain("dead-letter.replay-all");
        (await JsonAsync("audit", "--json")).GetProperty("audit").EnumerateArray().Single().GetProperty("operator").GetString().ShouldBe("ada");
    }

    [Fact]
    public async Task The_limits_of_product_calls_are_shown()
    {
        (await DoneAsync("limits", _site)).ShouldContain("no product calls");
        var gate = _scene.Remote.Services.GetRequiredService<IActors>().Get<ICallGate>(_site);
        await gate.AskAsync(new("app", new("jira", "GET", "GET /rest/api/3/myself"), false, TimeSpan.Zero));
        await gate.TellAsync(new("app", [new("jira", "GET /rest/api/3/myself") { Refusal = new("jira-burst-based", TimeSpan.FromMinutes(3)) }]));

        var shown = await DoneAsync("limits", _site);
        shown.ShouldContain("/rest/api/3/myself");
        shown.ShouldContain("jira-burst-based");
        (await JsonAsync("limits", _site, "--json")).GetProperty("limits").GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData("dead-letters", "delete", ".")]
    [InlineData("dead-letters", "delete", "..")]
    [InlineData("dead-letters", "delete", "")]
    [InlineData("dead-letters", "replay", "..")]
    [InlineData("schedules", "delete", "..")]
    public async Task A_name_that_is_a_step_of_a_path_leads_nowhere(string group, string command, string name)
    {
        var run = await RunAsync(group, command, _site, name);
        run.ExitCode.ShouldBe(2);
        await LivesAsync("installed", "active");
        (await JsonAsync("audit", "--json")).GetProperty("audit").GetArrayLength().ShouldBe(0);
    }

    public async Task InitializeAsync()
    {
        _scene = await AdminScene.StartAsync();
        _site = await _scene.InstallAsync();
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    private async Task LivesAsync(params string[] lives) =>
        (await _scene.GetAsync($"/admin/installations/{_site}")).GetProperty("life").GetString().ShouldBeOneOf(lives);

    private Task<CliRun> RunAsync(params string[] arguments) => Cli.RunAsync(_scene, arguments);

    private async Task<string> DoneAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        run.ExitCode.ShouldBe(0, run.Error);
        return run.Output;
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse(await DoneAsync(arguments)).RootElement;
}
