using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Api.Tokens;

/// <summary>Makes an invocation of a token's claims: required ones must be there and well formed, optional ones may be absent (contract section 3).</summary>
internal static class InvocationReader
{
    private const int LongestPrincipal = 255;

    public static (ForgeInvocation? Invocation, FitRejection? Rejection) Read(FitClaims claims, string appId)
    {
        if (claims.App is not { } app)
            return Missing("app");
        if (app.Id is null || EcosystemId.Uuid("app", app.Id) != appId)
            return Missing("app.id");
        if (InstallationId(app) is not { } installationId)
            return Missing("app.installation.id");
        if (app.Environment is not { Type: not (null or "") } environment)
            return Missing("app.environment");
        if (EnvironmentId(environment.Id) is not { } environmentId)
            return Missing("app.environment.id");
        if (app.Module is not { Key: not null } module)
            return Missing("app.module");
        if (!IsAddress(app.ApiBaseUrl))
            return Missing("app.apiBaseUrl");
        if (claims.Principal is { } principal && !IsAccountId(principal))
            return Missing("principal");

        return (new ForgeInvocation
        {
            Installation = new()
            {
                InstallationId = installationId,
                AppId = appId,
                AppVersion = app.AppVersion ?? app.Version,
                EnvironmentId = environmentId,
                EnvironmentType = environment.Type,
                ApiBaseUrl = app.ApiBaseUrl,
                Contexts = Contexts(app.Installation?.Contexts),
                License = License(app.License),
                IssuedAt = Time(claims.IssuedAt ?? claims.NotBefore ?? 0),
            },
            Module = new(module.Type, module.Key),
            Context = Context(claims.Context),
            Principal = claims.Principal,
            TokenId = claims.TokenId,
            IsolatedCloudLabel = claims.IcLabel,
        }, null);
    }

    /// <summary>A time of a token, which anybody may have written: what is out of range is as far as it goes.</summary>
    public static DateTimeOffset Time(double seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(Math.Clamp(seconds, 0, 253_402_300_799) * 1_000));

    private static (ForgeInvocation?, FitRejection?) Missing(string claim) => (null, FitRejection.Claim(claim));

    private static string? InstallationId(FitClaims.AppClaim app)
    {
        var (older, newer) = (app.InstallationId, app.Installation?.Id);
        var id = EcosystemId.Uuid("installation", newer ?? older);
        // Two that differ would let one be checked and the other be used.
        return older is null || newer is null || older == newer || EcosystemId.Uuid("installation", older) == id ? id : null;
    }

    // Written as …environment/<id> and as …environment/<appId>/<environmentId>.
    private static string? EnvironmentId(string? id) => id is null ? null : EcosystemId.Uuid(id.AsSpan(id.LastIndexOf('/') + 1));

    private static bool IsAddress(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";

    private static bool IsAccountId(string principal)
    {
        if (principal.Length is 0 or > LongestPrincipal)
            return false;
        foreach (var c in principal)
            if (!char.IsAscii(c) || char.IsControl(c) || c is ' ' or '/')
                return false;
        return true;
    }

    private static List<ProductContext> Contexts(List<FitClaims.ProductClaim>? claims)
    {
        if (claims is null or [])
            return [];
        var contexts = new List<ProductContext>(claims.Count);
        foreach (var claim in claims)
            if (claim.Name is { } name)
                contexts.Add(new(name, claim.ApiBaseUrl, claim.CloudId, WithoutBraces(claim.WorkspaceId)));
        return contexts;
    }

    // context.workspaceId has braces, the one in contexts[] has none.
    private static string? WithoutBraces(string? workspaceId) => workspaceId?.Trim('{', '}');

    private static License? License(FitClaims.LicenseClaim? claim) => claim is null ? null : new()
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

    private static InvocationContext? Context(FitClaims.ContextClaim? claim) => claim is null ? null : new()
    {
        CloudId = claim.CloudId,
        WorkspaceId = WithoutBraces(claim.WorkspaceId),
        SiteUrl = claim.SiteUrl,
        ModuleKey = claim.ModuleKey,
        LocalId = claim.LocalId,
        Extension = claim.Extension,
    };
}
