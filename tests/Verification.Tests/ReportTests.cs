using System.Text.Json;
using System.Text.RegularExpressions;
using ForgeOrleans.Manifest;
using ForgeOrleans.Verification.Tests.Remotes;

namespace ForgeOrleans.Verification.Tests;

/// <summary>What is reported, and what can't be played at all.</summary>
public sealed partial class ReportTests
{
    [Fact]
    public async Task A_report_is_a_document_with_stable_members()
    {
        var report = await Verified.RunAsync(Fault.IgnoresAudience, options => options with { Only = ["token-audience", "token-issuer"] });
        var document = JsonSerializer.SerializeToElement(report.ToDocument(), JsonSerializerOptions.Web);
        Names(document).ShouldBe(["schema", "remote", "configuration", "startedAt", "seconds", "passed", "counts", "checks"]);
        Names(document.GetProperty("configuration")).ShouldBe(["appId", "jwksUrl", "apiBaseUrl"]);
        Names(document.GetProperty("counts")).ShouldBe(["passed", "failed", "warned", "skipped"]);
        document.GetProperty("passed").GetBoolean().ShouldBeFalse();
        document.GetProperty("counts").GetProperty("failed").GetInt32().ShouldBe(1);
        var check = document.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("outcome").GetString() == "failed");
        Names(check).ShouldBe(["id", "group", "title", "section", "sectionTitle", "outcome", "reason", "cure", "seconds"]);
        check.GetProperty("id").GetString().ShouldBe("token-audience");
        check.GetProperty("section").GetInt32().ShouldBe(3);
        check.GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("POST /events");
        document.GetProperty("checks").GetArrayLength().ShouldBe(RemoteVerifier.Checks.Count);
    }

    [Fact]
    public async Task Results_are_told_as_they_come()
    {
        List<CheckResult> told = [];
        var report = await Verified.RunAsync(Fault.None, options => options with { Only = ["answers"], Checked = told.Add });
        told.ShouldBe(report.Results.Where(result => result.Check.Group is "contact" or "answers"));
    }

    [Fact]
    public async Task A_remote_that_trusts_nobody_is_told_what_to_trust_and_nothing_else_is_played()
    {
        RemoteConfiguration? told = null;
        var report = await Verified.RunAsync(
            Fault.None, options => options with { Patience = TimeSpan.FromMilliseconds(100), NotTrustedYet = configuration => told = configuration });
        told.ShouldNotBeNull().AppId.ShouldBe(SloppyManifest.AppId);
        told.JwksUrl.ShouldBe(new Uri(told.ApiBaseUrl, "/.well-known/jwks.json"));
        report.IsTrusted.ShouldBeFalse();
        report.Ids(CheckOutcome.Failed).ShouldBe(["token-good"]);
        report.Ids(CheckOutcome.Skipped).Length.ShouldBe(RemoteVerifier.Checks.Count - 1);
    }

    [Fact]
    public async Task Without_calls_of_the_frontend_it_says_so_and_plays_the_rest()
    {
        var report = await Verified.RunAsync(Fault.None, options => options with { Invocations = [], Skip = ["keys", "forged-tokens"] });
        report.Ids(CheckOutcome.Failed).ShouldBeEmpty(report.Words());
        report.Ids(CheckOutcome.Warned).ShouldBe(["token-good"]);
        report.Result("token-good").Reason.ShouldNotBeNull().ShouldContain("--invoke");
        report.Result("answer-form").Reason.ShouldNotBeNull().ShouldContain("--invoke");
        report.Result("event").Outcome.ShouldBe(CheckOutcome.Passed);
    }

    [Fact]
    public async Task A_remote_that_is_not_there_cannot_be_verified()
    {
        await using var remote = await SloppyRemote.StartAsync();
        var options = Verified.Options(remote);
        await remote.DisposeAsync();
        var problem = await Should.ThrowAsync<VerificationException>(() => RemoteVerifier.RunAsync(options));
        problem.Message.ShouldContain("did not take the connection");
        problem.Message.ShouldContain(options.BaseUrl.ToString());
    }

    [Theory]
    [InlineData("no remote", "app:\n  id: ari:cloud:ecosystem::app/1\n")]
    [InlineData("several remotes", "app:\n  id: ari:cloud:ecosystem::app/1\nremotes:\n  - key: one\n    baseUrl: https://one.example.com\n  - key: two\n    baseUrl: https://two.example.com\n")]
    [InlineData(
        "has no route",
        "app:\n  id: ari:cloud:ecosystem::app/1\nremotes:\n  - key: one\n    baseUrl: https://one.example.com\nmodules:\n  endpoint:\n    - key: e\n      remote: one\n  scheduledTrigger:\n    - key: t\n      endpoint: e\n      interval: hour\n")]
    public async Task A_manifest_that_says_too_little_is_refused_with_a_sentence(string says, string manifest)
    {
        await using var remote = await SloppyRemote.StartAsync();
        var options = Verified.Options(remote) with { Manifest = AppManifest.Parse(manifest) };
        (await Should.ThrowAsync<VerificationException>(() => RemoteVerifier.RunAsync(options))).Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("FETCH /notes")]
    [InlineData("GET notes")]
    [InlineData("POST /notes {")]
    public void A_call_that_is_none_is_refused_with_a_sentence(string call) =>
        Should.Throw<VerificationException>(() => InvocationPath.Parse(call)).Message.ShouldStartWith($"'{call}' is not a call: ");

    [Fact]
    public async Task An_unknown_check_is_refused_with_a_sentence()
    {
        await using var remote = await SloppyRemote.StartAsync();
        var options = Verified.Options(remote) with { Only = ["tokens-of-gold"] };
        (await Should.ThrowAsync<VerificationException>(() => RemoteVerifier.RunAsync(options))).Message.ShouldContain("forged-tokens");
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said()
    {
        await using var remote = await SloppyRemote.StartAsync();
        var options = Verified.Options(remote) with { Listen = remote.Url.ToString() };
        (await Should.ThrowAsync<VerificationException>(() => RemoteVerifier.RunAsync(options))).Message.ShouldContain("--listen");
    }

    [Fact]
    public void Checks_have_names_that_programs_can_use_and_tell_what_to_do()
    {
        RemoteVerifier.Checks.Select(check => check.Id).ShouldBeUnique();
        RemoteVerifier.Checks.ShouldAllBe(check => Name().IsMatch(check.Id) && Name().IsMatch(check.Group) && check.Cure.EndsWith('.') && !check.Title.EndsWith('.'));
    }

    [Fact]
    public void The_page_lists_every_check()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "verify.md"));
        var listed = Row().Matches(page).Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value));
        listed.ShouldBe(RemoteVerifier.Checks.Select(check => (check.Id, check.Title, $"{check.Section.Number}")));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ForgeOrleans.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are not run in the repository.");
        return folder.FullName;
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| `([a-z0-9-]+)` \| (.+) \| (\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
