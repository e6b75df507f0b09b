namespace ForgeOrleans.Verification.Checks;

/// <summary>What a check has found out.</summary>
internal sealed record Finding(CheckOutcome Outcome, string? Reason)
{
    public static Finding Passed(string? remark = null) => new(CheckOutcome.Passed, remark);

    public static Finding Failed(string reason) => new(CheckOutcome.Failed, reason);

    public static Finding Warned(string reason) => new(CheckOutcome.Warned, reason);

    public static Finding Skipped(string why) => new(CheckOutcome.Skipped, why);
}
