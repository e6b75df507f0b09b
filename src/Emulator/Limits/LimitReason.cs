namespace ForgeOrleans.Emulator.Limits;

/// <summary>The values of <c>RateLimit-Reason</c> (contract, section 6).</summary>
internal static class LimitReason
{
    public const string Issue = "jira-per-issue-on-write";

    /// <summary>What refusals of the gateway are counted as: it tells no reason.</summary>
    public const string Gateway = "gateway";

    public static string Burst(string product) => $"{product}-burst-based";

    public static string Quota(string product, QuotaTier tier) =>
        $"{product}-quota-{(tier is QuotaTier.Global ? "global" : "tenant")}-based";

    /// <summary>A reason by its short name (<c>burst</c>, <c>issue</c>, <c>tenant</c>, <c>global</c>) or as it is.</summary>
    public static string Named(string? name, string product) => name switch
    {
        null or "burst" => Burst(product),
        "issue" => Issue,
        "tenant" => Quota(product, QuotaTier.Tenant),
        "global" => Quota(product, QuotaTier.Global),
        _ => name,
    };
}
