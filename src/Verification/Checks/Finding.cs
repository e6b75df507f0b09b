namespace ForgeOrleans.Verification.Checks;

/// <summary>What a check has found out.</summary>
internal sealed record Finding(CheckOutcome Outcome, string? Reason)
{
    private const int Told = 4;

    public static Finding Passed(string? remark = null) => new(CheckOutcome.Passed, remark);

    public static Finding Failed(string reason) => new(CheckOutcome.Failed, reason);

    public static Finding Warned(string reason) => new(CheckOutcome.Warned, reason);

    public static Finding Skipped(string why) => new(CheckOutcome.Skipped, why);

    /// <summary>Failed if there are any complaints: each is a sentence without its full stop.</summary>
    public static Finding Of(IReadOnlyCollection<string> complaints, string? remark = null) =>
        complaints.Count == 0 ? Passed(remark) : Failed(Sentences(complaints));

    public static string Sentences(IReadOnlyCollection<string> complaints)
    {
        var distinct = complaints.Distinct().ToList();
        var told = string.Join(" ", distinct.Take(Told).Select(complaint => $"{complaint}."));
        return distinct.Count > Told ? $"{told} So did {distinct.Count - Told} more." : told;
    }
}
