using ForgeOrleans.Verification.Tests.Remotes;

namespace ForgeOrleans.Verification.Tests;

/// <summary>Verifies a sloppy remote.</summary>
internal static class Verified
{
    public static async Task<VerificationReport> RunAsync(Fault fault, Func<VerificationOptions, VerificationOptions>? change = null)
    {
        await using var remote = await SloppyRemote.StartAsync(fault);
        return await RemoteVerifier.RunAsync(Options(remote, change));
    }

    public static VerificationOptions Options(SloppyRemote remote, Func<VerificationOptions, VerificationOptions>? change = null)
    {
        var options = new VerificationOptions
        {
            BaseUrl = remote.Url,
            Manifest = SloppyManifest.Manifest,
            Listen = "http://127.0.0.1:0",
            Invocations = SloppyManifest.Invocations,
            Patience = TimeSpan.FromSeconds(20),
            AskEvery = TimeSpan.FromMilliseconds(20),
            NotTrustedYet = remote.Trust,
        };
        return change?.Invoke(options) ?? options;
    }

    public static string[] Ids(this VerificationReport report, CheckOutcome outcome) => [.. report.Results.Where(result => result.Outcome == outcome).Select(result => result.Check.Id)];

    public static CheckResult Result(this VerificationReport report, string id) => report.Results.Single(result => result.Check.Id == id);

    /// <summary>All that isn't well, for the message of a test that fails.</summary>
    public static string Words(this VerificationReport report) => string.Join(
        '\n', report.Results.Where(result => result.Outcome is CheckOutcome.Failed or CheckOutcome.Warned).Select(result => $"{result.Check.Id} {result.Outcome}: {result.Reason}"));
}
