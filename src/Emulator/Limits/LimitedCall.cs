using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>A call of a product, as far as limits care.</summary>
/// <param name="Site">The tenant.</param>
/// <param name="Product">The product, <c>jira</c> or <c>confluence</c>.</param>
/// <param name="Method">The method.</param>
/// <param name="Template">The endpoint with names in place of ids.</param>
/// <param name="Issue">The key of the issue that it writes to.</param>
internal sealed record LimitedCall(Site Site, string Product, string Method, string Template, string? Issue)
{
    /// <summary>Reads cost a point for every object more.</summary>
    public bool IsRead => Method is "GET" or "HEAD";
}

/// <summary>A call that is refused.</summary>
/// <param name="Reason">The header <c>RateLimit-Reason</c>.</param>
/// <param name="Limit">The size of what is used up.</param>
/// <param name="Until">When it can be made again.</param>
internal sealed record Refusal(string Reason, int Limit, DateTimeOffset Until);

/// <summary>Where a site stands after a call of one of its endpoints.</summary>
/// <param name="Now">When.</param>
/// <param name="Sizes">The limits at that time.</param>
/// <param name="Quota">Points an hour.</param>
/// <param name="Points">What is left of them.</param>
/// <param name="PerSecond">Requests a second of this endpoint.</param>
/// <param name="Requests">How many could be made at once.</param>
internal sealed record Standing(DateTimeOffset Now, LimitSizes Sizes, int Quota, long Points, int PerSecond, int Requests)
{
    private const double Near = 0.2;

    public bool IsNear => Points < Quota * Near;
}
