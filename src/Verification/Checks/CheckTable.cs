namespace ForgeOrleans.Verification.Checks;

/// <summary>All checks, in the order in which they are played.</summary>
internal static class CheckTable
{
    public static IReadOnlyList<Check> All { get; } =
    [
        FirstTokens.Check,
        .. GoodTokens.All,
        .. ForgedTokens.All,
        .. Answers.All,
        .. Events.All,
        .. Triggers.All,
        .. Lifecycle.All,
        .. WebTriggers.All,
        .. Migration.All,
        .. Isolation.All,
        .. Keys.All,
        Secrets.Check,
    ];
}
