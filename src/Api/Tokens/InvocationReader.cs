using System.Text.Json;
using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Api.Tokens;

/// <summary>Makes an invocation of a token's claims: required ones must be there and well formed, optional ones may be absent (contract section 3).</summary>
internal static class InvocationReader
{
    private const int LongestPrincipal = 255;
    private const string StagingHost = "api.stg.atlassian.com";

    /// <summary>Reads the claim <c>app</c>.</summary>
    /// <returns>What it says, or which part of it is missing or not well formed.</returns>
    public static (KnownApp? App, FitRejection? Rejection) ReadApp(ReadOnlySpan<byte> json)
    {
        AppClaim? app;
        try
        {
            app = JsonSerializer.Deserialize(json, AppClaimJson.Default.AppClaim);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Missing("app");
        }
        if (app?.Id is null || EcosystemId.Uuid("app", app.Id) is not { } appId)
            return Missing("app.id");
        if (InstallationId(app) is not { } installationId)
            return Missing("app.installation.id");
        if (app.Environment is not { Type: not (null or "") } environment)
            return Missing("app.environment");
        if (EnvironmentId(environment.Id) is not { } environmentId)
            return Missing("app.environment.id");
        if (app.Module is not { Key: not null } module)
            return Missing("app.module");
        if (!Uri.TryCreate(app.ApiBaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            return Missing("app.apiBaseUrl");

        var facts = new InstallationFacts
        {
            InstallationId = installationId,
            AppId = appId,
            AppVersion = app.AppVersion ?? app.Version,
            EnvironmentId = environmentId,
            EnvironmentType = environment.Type,
            ApiBaseUrl = app.ApiBaseUrl,
            Contexts = Contexts(app.Installation?.Contexts),
            License = License(app.License),
        };
        return (new(facts, new(module.Type, module.Key), address.Host.Equals(StagingHost, StringComparison.OrdinalIgnoreCase)), null);
    }

    /// <summary>Puts an invocation together.</summary>
    public static (ForgeInvocation? Invocation, FitRejection? Rejection) Read(FitClaims claims, KnownApp app, ReadOnlyMemory<byte> context) =>
        claims.Principal is { } principal && !IsAccountId(principal)
            ? (null, FitRejection.Claim("principal"))
            : (new ForgeInvocation
            {
                // What is remembered of the claim app knows nothing of the token's other claims.
                Installation = claims.IcLabel is { } label ? app.Facts with { IsolatedCloudLabel = label } : app.Facts,
                IssuedAt = Time(claims.IssuedAt ?? claims.NotBefore ?? 0),
                Module = app.Module,
                ContextJson = context,
                Principal = claims.Principal,
                TokenId = claims.TokenId,
            }, null);

    /// <summary>A time of a token, which anybody may have written: what is out of range is as far as it goes.</summary>
    public static DateTimeOffset Time(double seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(Math.Clamp(seconds, 0, 253_402_300_799) * 1_000));

    private static (KnownApp?, FitRejection?) Missing(string claim) => (null, FitRejection.Claim(claim));

    private static string? InstallationId(AppClaim app)
    {
        var (older, newer) = (app.InstallationId, app.Installation?.Id);
        var id = EcosystemId.Uuid("installation", newer ?? older);
        // Two that differ would let one be checked and the other be used.
        return older is null || newer is null || older == newer || EcosystemId.Uuid("installation", older) == id ? id : null;
    }

    // Written as …environment/<id> and as …environment/<appId>/<environmentId>.
    private static string? EnvironmentId(string? id) => id is null ? null : EcosystemId.Uuid(id.AsSpan(id.LastIndexOf('/') + 1));

    private static bool IsAccountId(string principal)
    {
        if (principal.Length is 0 or > LongestPrincipal)
            return false;
        foreach (var c in principal)
            if (!char.IsAscii(c) || char.IsControl(c) || c is ' ' or '/')
                return false;
        return true;
    }

    private static ProductContext[] Contexts(List<AppClaim.ProductClaim?>? claims) =>
    [
        .. (claims ?? []).Where(claim => claim?.Name is not null).Select(claim => new ProductContext(
            claim!.Name!, claim.ApiBaseUrl, claim.CloudId, InvocationContext.WithoutBraces(claim.WorkspaceId))),
    ];

    private static License? License(AppClaim.LicenseClaim? claim) => claim is null ? null : new()
    {
        Active = claim.Active ?? claim.IsActive,
        Type = claim.Type,
        BillingPeriod = claim.BillingPeriod,
        IsEvaluation = claim.IsEvaluation,
        SubscriptionEndDate = claim.SubscriptionEndDate,
        TrialEndDate = claim.TrialEndDate,
        CapabilitySet = claim.CapabilitySet,
        EntitlementId = claim.CcpEntitlementId,
        EntitlementSlug = claim.CcpEntitlementSlug,
    };
}
