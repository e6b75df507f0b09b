using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Conformance;

/// <summary>A site that nobody else knows, with an app installed that nobody else has.</summary>
public sealed record Site
{
    public string Id { get; init; } = Guid.NewGuid().ToString();

    public string AppId { get; init; } = Guid.NewGuid().ToString();

    public string? CloudId { get; init; } = Guid.NewGuid().ToString();

    public string? WorkspaceId { get; init; }

    public string AppVersion { get; init; } = "4.2.0";

    public string? EnvironmentId { get; init; } = "0c8a6b8e-2c4d-4f5e-9a86-54f1a7f0f3b1";

    public InstallationFacts Facts(DateTimeOffset issuedAt) => new()
    {
        InstallationId = Id,
        AppId = AppId,
        AppVersion = AppVersion,
        EnvironmentId = EnvironmentId,
        EnvironmentType = "PRODUCTION",
        ApiBaseUrl = $"https://api.atlassian.com/ex/confluence/{CloudId}",
        Contexts =
        [
            .. CloudId is null ? [] : new[] { new ProductContext("confluence", $"https://api.atlassian.com/ex/confluence/{CloudId}", CloudId, null) },
            .. WorkspaceId is null ? [] : new[] { new ProductContext("bitbucket", "https://api.bitbucket.org", null, WorkspaceId) },
        ],
        License = new() { Active = true, Type = "commercial", SubscriptionEndDate = "2027-01-01T00:00:00.000Z" },
        IssuedAt = issuedAt,
    };

    public ForgeInvocation Invocation(DateTimeOffset issuedAt, string? principal = null) =>
        new() { Installation = Facts(issuedAt), IssuedAt = issuedAt, Principal = principal };
}
