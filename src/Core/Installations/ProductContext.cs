namespace ForgeOrleans.Installations;

/// <summary>A product that an app is installed in: an element of the claim <c>app.installation.contexts</c> (contract section 3).</summary>
/// <param name="Name">The product: <c>jira</c>, <c>confluence</c>, <c>bitbucket</c>, <c>compass</c>, …</param>
/// <param name="ApiBaseUrl">Where calls to this product go.</param>
/// <param name="CloudId">The site's cloud id; absent for Bitbucket.</param>
/// <param name="WorkspaceId">The Bitbucket workspace, without braces.</param>
public sealed record ProductContext(string Name, string? ApiBaseUrl, string? CloudId, string? WorkspaceId);
