using System.Text.Json;
using ForgeOrleans.Verification.Tests.Remotes;

namespace ForgeOrleans.Verification.Tests;

/// <summary>Every fault of a remote is found by the checks that are about it, and by no other.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_remote_without_faults_passes_everything()
    {
        var report = await Verified.RunAsync(Fault.None);
        report.Ids(CheckOutcome.Failed).ShouldBeEmpty(report.Words());
        report.Ids(CheckOutcome.Warned).ShouldBeEmpty(report.Words());
        report.Ids(CheckOutcome.Skipped).ShouldBeEmpty();
        report.HasPassed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Fault.TakesUnsignedTokens, 3, "token-alg-none")]
    [InlineData(Fault.TakesHs256WithPublicKey, 3, "token-hs256")]
    [InlineData(Fault.TakesKeyOfTheToken, 3, "token-jwk")]
    [InlineData(Fault.TakesCertificateOfTheToken, 3, "token-x5c")]
    [InlineData(Fault.FetchesKeyServerOfTheToken, 3, "token-jku")]
    [InlineData(Fault.IgnoresExpiry, 3, "token-expired")]
    [InlineData(Fault.NeedsNoExpiry, 3, "token-no-exp")]
    [InlineData(Fault.IgnoresNotBefore, 3, "token-not-yet")]
    [InlineData(Fault.IgnoresIssuer, 3, "token-issuer")]
    [InlineData(Fault.IgnoresAudience, 3, "token-audience", "token-other-app")]
    [InlineData(Fault.ComparesTheAudiencesBeginning, 3, "token-audience")]
    [InlineData(Fault.ReadsTokenFromQuery, 3, "token-elsewhere")]
    [InlineData(Fault.RefusesTokensThatCameBefore, 1, "token-again")]
    [InlineData(Fault.NeedsContext, 3, "token-function")]
    [InlineData(Fault.NeedsAppVersion, 3, "token-no-version")]
    [InlineData(Fault.NeedsActiveLicense, 3, "token-license")]
    [InlineData(Fault.NeedsShortEnvironmentId, 3, "token-environment")]
    [InlineData(Fault.RefusesUnknownClaims, 3, "token-unknown-claims")]
    [InlineData(Fault.Answers401ToNobody, 3, "token-nobody")]
    [InlineData(Fault.TakesHeadersOf32KB, 2, "token-large")]
    [InlineData(Fault.NeedsLongTraceIds, 2, "trace-ids")]
    [InlineData(Fault.BreaksOnCallersHeaders, 2, "caller-headers")]
    public Task A_fault_with_tokens_is_found(Fault fault, int section, params string[] checks) => IsFoundAsync(fault, section, checks, "keys", "deliveries", "lifecycle", "web-triggers", "migration");

    [Theory]
    [InlineData(Fault.AnswersProblemDetails, 4, "unknown-route")]
    [InlineData(Fault.AnswersHtmlToBrokenBodies, 4, "malformed-body")]
    [InlineData(Fault.BreaksWithoutBody, 4, "no-body")]
    [InlineData(Fault.AnswersPlainText, 4, "answer-form")]
    [InlineData(Fault.AnswersTooMuch, 4, "answer-size")]
    [InlineData(Fault.RedirectsToSlash, 4, "no-redirect")]
    [InlineData(Fault.Answers405WithoutBody, 4, "wrong-method")]
    [InlineData(Fault.Takes400KB, 1, "body-500-kb", "body-too-large")]
    [InlineData(Fault.BreaksConnectionOfLargeBodies, 1, "body-too-large")]
    [InlineData(Fault.EchoesToken, 5, "tokens-kept")]
    [InlineData(Fault.SharesData, 3, "isolation-sites", "isolation-reinstall")]
    [InlineData(Fault.KeepsDataByCloudId, 8, "isolation-reinstall")]
    public Task A_fault_of_answers_is_found(Fault fault, int section, params string[] checks) => IsFoundAsync(fault, section, checks, "keys", "forged-tokens", "good-tokens");

    [Theory]
    [InlineData(Fault.RefusesUnknownFields, 7, "event-unknown-fields")]
    [InlineData(Fault.RefusesRetries, 7, "event-retry")]
    [InlineData(Fault.FailsOnDuplicates, 7, "event-twice")]
    [InlineData(Fault.NeedsOrder, 7, "event-order")]
    [InlineData(Fault.NeedsKnownSite, 7, "event-new-site")]
    [InlineData(Fault.TakesEventsOf100KB, 7, "event-large")]
    [InlineData(Fault.ServesOneEventAtATime, 7, "event-burst")]
    [InlineData(Fault.NeedsEventType, 7, "event-cloud")]
    [InlineData(Fault.FailsTriggers, 10, "trigger", "trigger-twice", "trigger-forms", "trigger-new-site")]
    [InlineData(Fault.FailsOnSecondTrigger, 10, "trigger-twice")]
    [InlineData(Fault.NeedsContextToken, 10, "trigger-forms")]
    [InlineData(Fault.NeedsKnownSiteForTriggers, 10, "trigger-new-site")]
    [InlineData(Fault.NeedsInstaller, 8, "installed")]
    [InlineData(Fault.NeedsUpgrader, 8, "upgraded")]
    [InlineData(Fault.RefusesSecondInstall, 8, "installed-twice")]
    [InlineData(Fault.RefusesReinstall, 8, "reinstalled")]
    [InlineData(Fault.FailsPreUninstall, 1, "pre-uninstall")]
    [InlineData(Fault.AnswersEnvelopePlainly, 1, "web-trigger-envelope")]
    [InlineData(Fault.KnowsEnvelopesOnly, 1, "web-trigger-direct")]
    [InlineData(Fault.InventsMigrationCodes, 9, "migration-hooks")]
    [InlineData(Fault.NeedsMigrationId, 9, "migration-status")]
    public Task A_fault_of_deliveries_is_found(Fault fault, int section, params string[] checks) => IsFoundAsync(fault, section, checks, "keys", "forged-tokens", "good-tokens");

    [Theory]
    [InlineData(Fault.FollowsLabel, 3, "iclabel")]
    [InlineData(Fault.FetchesKeysAlways, 3, "key-cached", "key-flood", "key-server-slow", "key-server-down")]
    [InlineData(Fault.FetchesKeysForEachUnknownOne, 3, "key-flood")]
    [InlineData(Fault.WaitsForEveryFetch, 3, "key-flood", "key-server-slow")]
    [InlineData(Fault.DropsKeysWhenServerIsDown, 3, "key-flood", "key-server-down")]
    public Task A_fault_with_keys_is_found(Fault fault, int section, params string[] checks) => IsFoundAsync(fault, section, checks, "good-tokens", "deliveries");

    [Theory]
    [InlineData(Fault.InsistsOnBearer, "token-scheme")]
    [InlineData(Fault.TakesEventsOfUsers, "event-user-token")]
    [InlineData(Fault.IgnoresLabel, "iclabel")]
    [InlineData(Fault.KeepsRetiredKeys, "key-retired")]
    public async Task What_keeps_the_contract_and_is_unwise_is_a_warning(Fault fault, string check)
    {
        var report = await Verified.RunAsync(fault, options => options with { Skip = ["forged-tokens", "answers"] });
        report.Ids(CheckOutcome.Failed).ShouldBeEmpty(report.Words());
        report.Ids(CheckOutcome.Warned).ShouldBe([check], report.Words());
        report.HasPassed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Fault.LeavesEventsOpen, "POST /events let it in (202)")]
    [InlineData(Fault.Answers403ToBadTokens, "answered 403 in place of 401")]
    public async Task An_endpoint_that_refuses_no_bad_token_with_401_fails_all_checks_of_bad_tokens(Fault fault, string reason)
    {
        var report = await Verified.RunAsync(fault);
        var forged = report.Results.Where(result => result.Check is { Group: "forged-tokens" } or { Id: "token-unknown-kid" or "token-kid-address" }).ToList();
        forged.ShouldAllBe(result => result.Outcome == CheckOutcome.Failed);
        forged.ShouldAllBe(result => result.Reason!.Contains(reason));
        report.Ids(CheckOutcome.Failed).Except(forged.Select(result => result.Check.Id)).Except(["iclabel"]).ShouldBeEmpty(report.Words());
    }

    [Fact]
    public async Task Keys_that_are_fetched_once_are_found()
    {
        var report = await Verified.RunAsync(Fault.FetchesKeysOnce, options => options with { Only = ["keys"], Patience = TimeSpan.FromSeconds(1) });
        report.Ids(CheckOutcome.Failed).ShouldBe(["key-new"], report.Words());
        report.Result("key-cached").Reason.ShouldNotBeNull().ShouldContain("does not take the key that signs now");
    }

    [Fact]
    public async Task A_signature_that_is_not_looked_at_is_found_in_every_form()
    {
        var report = await Verified.RunAsync(Fault.TakesAnySignature);
        string[] expected = ["token-signature", "token-stripped", "token-changed", "token-no-kid", "token-alg-none", "token-hs256", "token-jwk", "token-jku", "token-x5c", "token-unknown-kid"];
        report.Ids(CheckOutcome.Failed).ShouldBeSubsetOf([.. expected, "token-kid-address", "iclabel", "key-server-down"]);
        expected.ShouldBeSubsetOf(report.Ids(CheckOutcome.Failed));
    }

    [Fact]
    public async Task Work_that_is_done_before_the_answer_is_found()
    {
        var report = await Verified.RunAsync(Fault.WorksBeforeItAnswers, options => options with { Only = ["event"], DeliveryLimit = TimeSpan.FromSeconds(2) });
        report.Ids(CheckOutcome.Failed).ShouldBe(["event"], report.Words());
        report.Result("event").Reason.ShouldBe("POST /events gave no answer within 2 s (avi:jira:updated:issue).");
        report.Result("event").Check.Section.Number.ShouldBe(7);
    }

    [Fact]
    public async Task A_call_that_is_never_answered_is_found()
    {
        var report = await Verified.RunAsync(Fault.NeverAnswers, options => options with { Only = ["answers"], InvocationLimit = TimeSpan.FromSeconds(2) });
        report.Ids(CheckOutcome.Failed).ShouldBe(["answer-time"], report.Words());
        report.Result("answer-time").Reason.ShouldBe("GET /notes gave no answer within 2 s.");
    }

    [Theory]
    [InlineData(Fault.RedirectsWithToken, "no-redirect", "/login?token=(token)")]
    [InlineData(Fault.EchoesTokenPlainly, "answer-form", "no notes for Bearer (token)")]
    public async Task A_token_that_is_given_away_is_no_part_of_the_report(Fault fault, string check, string shown)
    {
        var report = await Verified.RunAsync(fault, options => options with { Only = [check] });
        report.Result(check).Reason.ShouldNotBeNull().ShouldContain(shown);
        JsonSerializer.Serialize(report.ToDocument()).ShouldNotContain("eyJ");
    }

    [Fact]
    public void Every_fault_has_a_test()
    {
        var tested = typeof(FaultTests).GetMethods().SelectMany(method => method.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .SelectMany(attribute => (IEnumerable<System.Reflection.CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
            .Where(argument => argument.ArgumentType == typeof(Fault))
            .Select(argument => (Fault)argument.Value!)
            .ToHashSet();
        Enum.GetValues<Fault>().Except(tested).ShouldBe([Fault.None, Fault.TakesAnySignature, Fault.NeverAnswers, Fault.WorksBeforeItAnswers, Fault.FetchesKeysOnce]);
    }

    // What takes longest is left out where the fault cannot matter.
    private static async Task IsFoundAsync(Fault fault, int section, string[] checks, params string[] without)
    {
        var report = await Verified.RunAsync(fault, options => options with { Skip = without });
        report.Ids(CheckOutcome.Failed).ShouldBe(checks, report.Words());
        report.Ids(CheckOutcome.Warned).ShouldBeEmpty(report.Words());
        report.Result(checks[0]).Check.Section.Number.ShouldBe(section);
        report.HasPassed.ShouldBeFalse();
    }
}
