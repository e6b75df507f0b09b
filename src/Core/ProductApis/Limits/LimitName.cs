namespace ForgeOrleans.ProductApis.Limits;

/// <summary>The scopes in which products limit calls (contract section 6).</summary>
public enum LimitScope
{
    /// <summary>Requests a second to one endpoint of one site, by one method.</summary>
    Endpoint,

    /// <summary>Writes to one issue.</summary>
    Issue,

    /// <summary>Points an hour for the app on one site.</summary>
    Site,

    /// <summary>Points an hour for the app over all its sites.</summary>
    App,
}

/// <summary>Which limit.</summary>
/// <param name="Product">The product, such as <c>jira</c>.</param>
/// <param name="Scope">What it is counted for.</param>
/// <param name="Of">The endpoint with its method, or the issue; null for points.</param>
public sealed record LimitName(string Product, LimitScope Scope, string? Of = null)
{
    /// <summary>The limit in words.</summary>
    public override string ToString() => Scope switch
    {
        LimitScope.Endpoint => $"requests to {Product}, {Of}",
        LimitScope.Issue => $"writes to the issue {Of} of {Product}",
        LimitScope.Site => $"the points that {Product} gives this app on this site",
        _ => $"the points that {Product} gives this app on all sites",
    };
}
