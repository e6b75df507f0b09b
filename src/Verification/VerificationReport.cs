namespace ForgeOrleans.Verification;

/// <summary>What came of all checks.</summary>
/// <param name="Remote">Where the remote is.</param>
/// <param name="Configuration">What the remote must be configured with to trust the verifier.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Results">Every check, in the order in which they were played.</param>
public sealed record VerificationReport(
    Uri Remote, RemoteConfiguration Configuration, DateTimeOffset StartedAt, TimeSpan Took, IReadOnlyList<CheckResult> Results)
{
    /// <summary>Whether the remote took the verifier's tokens at all; if not, next to nothing could be checked.</summary>
    public bool IsTrusted => Results.All(result => result.Check.Id != Checks.FirstTokens.Id || result.Outcome is not CheckOutcome.Failed);

    /// <summary>Whether no check failed.</summary>
    public bool HasPassed => Count(CheckOutcome.Failed) == 0;

    /// <summary>How many checks ended so.</summary>
    public int Count(CheckOutcome outcome) => Results.Count(result => result.Outcome == outcome);

    /// <summary>The report as a document for programs; <c>docs/verify.md</c> has its members.</summary>
    public object ToDocument() => new
    {
        schema = 1,
        remote = Remote,
        configuration = Configuration,
        startedAt = StartedAt,
        seconds = Math.Round(Took.TotalSeconds, 3),
        passed = HasPassed,
        counts = new
        {
            passed = Count(CheckOutcome.Passed),
            failed = Count(CheckOutcome.Failed),
            warned = Count(CheckOutcome.Warned),
            skipped = Count(CheckOutcome.Skipped),
        },
        checks = Results.Select(result => new
        {
            result.Check.Id,
            result.Check.Group,
            result.Check.Title,
            section = result.Check.Section.Number,
            sectionTitle = result.Check.Section.Title,
            outcome = result.Outcome,
            reason = result.Reason,
            cure = result.Outcome is CheckOutcome.Failed or CheckOutcome.Warned ? result.Check.Cure : null,
            seconds = Math.Round(result.Took.TotalSeconds, 3),
        }),
    };
}
