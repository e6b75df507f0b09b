using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>Good tokens of every kind that the platform sends.</summary>
internal static class GoodTokens
{
    private const string Optional = "Read this claim only where it is needed, and take it as absent when it is.";

    public static IReadOnlyList<Check> All { get; } =
    [
        ToleratedToken.Saying(
            "token-unknown-claims", "Claims that nobody knows yet are ignored", "Ignore members of the token that you do not know, at every depth.",
            ("unknown claims", new()
            {
                ["future"] = new JsonObject { ["list"] = new JsonArray(1, "two", null) },
                ["app"] = new JsonObject { ["future"] = true, ["environment"] = new JsonObject { ["region"] = "EU" }, ["module"] = new JsonObject { ["future"] = 1.5 } },
                ["context"] = new JsonObject { ["future"] = new JsonObject { ["deep"] = new JsonObject() } },
            })).AsCheck(),
        new ToleratedToken(
            "token-function", "A call of a Forge function, whose token has no context, does not break the remote", Optional, ("no context claim", wish => wish with { FromFunction = true }))
        {
            OfInvocationsOnly = true,
        }.AsCheck(),
        new ToleratedToken(
            "token-nobody", "A call with nobody in session is not taken for a bad token", "\"principal\" is absent when nobody is in session: answer 403 if the call needs a user, never 401.",
            ("no principal claim", wish => wish with { User = Tokens.TokenWish.Nobody }))
        {
            OfInvocationsOnly = true,
        }.AsCheck(),
        ToleratedToken.Saying(
            "token-no-version", "A token without the deprecated app.version is taken", "Read app.appVersion; app.version is going away.",
            ("no app.version", new() { ["app"] = new JsonObject { ["version"] = null } })).AsCheck(),
        ToleratedToken.Saying(
            "token-license", "A license is read in every form", "A license has \"active\", or \"isActive\", and all of it is optional; types come in either case.",
            ("active", License(new() { ["active"] = true, ["type"] = "commercial" })),
            ("isActive", License(new() { ["isActive"] = true, ["type"] = "COMMERCIAL" })),
            ("all of it", License(new()
            {
                ["active"] = true, ["type"] = "COMMERCIAL", ["billingPeriod"] = "MONTHLY", ["isEvaluation"] = false, ["subscriptionEndDate"] = "2030-01-01T00:00:00.000Z",
                ["trialEndDate"] = null, ["capabilitySet"] = "capabilityStandard", ["ccpEntitlementId"] = "e-1", ["ccpEntitlementSlug"] = "E-1", ["modes"] = new JsonArray("some"),
            })),
            ("an empty license", License([]))).AsCheck(),
        ToleratedToken.Saying(
            "token-environment", "The environment's id is read in both forms", "environment.id comes as …::environment/<id> and as …::environment/<appId>/<envId>: its last segment is the id.",
            ("…::environment/<id>", Environment("ari:cloud:ecosystem::environment/6d1f1a52-6a51-4d0b-9d0e-3b5b7f6d7a10")),
            ("…::environment/<appId>/<envId>", Environment("ari:cloud:ecosystem::environment/1c2b3a4d-6a51-4d0b-9d0e-3b5b7f6d7a10/6d1f1a52-6a51-4d0b-9d0e-3b5b7f6d7a10"))).AsCheck(),
        new(
            "token-large", Groups.GoodTokens, "A token of 120 KB is taken", ContractSection.Headers,
            "Let the server take at least 128 KB of headers (Node: --max-http-header-size=262144; nginx: large_client_header_buffers 4 128k; Kestrel: MaxRequestHeadersTotalSize), and every proxy before it.",
            LargeAsync),
        new(
            "token-again", Groups.GoodTokens, "The same token is good a second time, as requestRemote sends it", ContractSection.Invocations,
            "Do not refuse a token for its \"jti\" alone: requestRemote sends the same one until it expires.", AgainAsync),
        new(
            "token-scheme", Groups.GoodTokens, "The scheme of the Authorization header is read in any case", ContractSection.Headers,
            "Compare \"Bearer\" without regard to case: the platform writes it so, but proxies rewrite headers.", SchemeAsync),
        new(
            "trace-ids", Groups.GoodTokens, "Trace ids of 64 bits, and none, are taken", ContractSection.Headers,
            "x-b3-traceid has 16 or 32 hexadecimal digits; a request must not fail for it.", TraceIdsAsync),
        new(
            "caller-headers", Groups.GoodTokens, "Headers that the caller sets do no harm", ContractSection.Headers,
            "Headers that a caller of invokeRemote sets arrive too: ignore those that you do not know.", CallerHeadersAsync),
    ];

    private static JsonObject License(JsonObject license) => new() { ["app"] = new JsonObject { ["license"] = license } };

    private static JsonObject Environment(string id) => new() { ["app"] = new JsonObject { ["environment"] = new JsonObject { ["id"] = id } } };

    private static async Task<Finding> LargeAsync(Stage stage, CancellationToken ct)
    {
        var complaints = new Complaints();
        foreach (var door in stage.Open.Where(door => door.Kind is not DoorKind.PreUninstall))
        {
            // From small to large, so that the report can tell what the limit is.
            var most = 0;
            foreach (var kilobytes in (int[])[12, 24, 60, 120])
            {
                var claims = new JsonObject { ["context"] = new JsonObject { ["extension"] = new JsonObject { ["padding"] = new string('x', kilobytes * 1024 * 3 / 4) } } };
                var answer = await stage.CallAsync(door.Fresh().With(claims), ct, request => WithoutAccessTokens(request));
                if (answer.Failure is not null || answer.IsUnauthorized || answer.Status is 400 or 413 or 414 or 431 or >= 500)
                {
                    complaints.Add(door.Name, $"{answer.Words} to a token of {kilobytes} KB{(most > 0 ? $", and took one of {most} KB" : "")}");
                    break;
                }
                most = kilobytes;
            }
        }
        return stage.Open.Count == 0 ? Finding.Skipped(Skips.NoDoor) : complaints.ToFinding();

        static RemoteRequest WithoutAccessTokens(RemoteRequest request) =>
            request with { Headers = [.. request.Headers.Where(header => !header.Name.StartsWith("x-forge-oauth-", StringComparison.Ordinal))] };
    }

    private static async Task<Finding> AgainAsync(Stage stage, CancellationToken ct)
    {
        if (stage.OpenInvocations.Count == 0)
            return Finding.Skipped(Skips.NoInvocation);
        var complaints = new Complaints();
        foreach (var door in stage.OpenInvocations)
        {
            var credentials = await stage.CredentialsAsync(door, ct);
            var (first, second) = (await stage.CallAsync(door, credentials, ct), await stage.CallAsync(door, credentials, ct));
            if (second.Failure is not null || (second.Status is 401 or 403 or >= 500 && first.Status != second.Status))
                complaints.Add(door.Name, $"{first.Words} at first, and {second.Words} the second time");
        }
        return complaints.ToFinding();
    }

    // The contract has "Bearer" only, so a remote that insists on it is not wrong.
    private static async Task<Finding> SchemeAsync(Stage stage, CancellationToken ct)
    {
        if (stage.Open is not [var door, ..])
            return Finding.Skipped(Skips.NoDoor);
        var complaints = new Complaints();
        foreach (var scheme in (string[])["bearer", "BEARER"])
        {
            var credentials = await stage.CredentialsAsync(door, ct);
            var answer = await stage.CallAsync(door.Fresh(), credentials with { Authorization = $"{scheme}{credentials.Authorization!["Bearer".Length..]}" }, ct);
            if (answer.IsUnauthorized)
                complaints.Add(door.Name, answer.Words, $"the scheme \"{scheme}\"");
        }
        return complaints.ToWarning();
    }

    private static async Task<Finding> TraceIdsAsync(Stage stage, CancellationToken ct)
    {
        (string Note, (string, string)[] Headers)[] variants =
        [
            ("no trace ids", []),
            ("64 bits", [("x-b3-traceid", "463ac35c9f6413ad"), ("x-b3-spanid", "a2fb4a1d1a96d312")]),
            ("words in their place", [("x-b3-traceid", "unknown"), ("x-b3-spanid", "unknown")]),
        ];
        return await SameAsBeforeAsync(stage, variants, own => own.StartsWith("x-b3-", StringComparison.Ordinal), ct);
    }

    private static Task<Finding> CallerHeadersAsync(Stage stage, CancellationToken ct) => SameAsBeforeAsync(
        stage,
        [
            ("several values of a header", [("x-several", "one"), ("x-several", "two"), ("accept", "application/json"), ("accept", "*/*;q=0.1")]),
            ("a long header", [("x-long", new string('x', 8_000))]),
            ("headers that claim who calls", [("x-forwarded-for", "203.0.113.9"), ("x-user-id", "admin")]),
        ],
        _ => false,
        ct);

    private static async Task<Finding> SameAsBeforeAsync(
        Stage stage, (string Note, (string, string)[] Headers)[] variants, Func<string, bool> isReplaced, CancellationToken ct)
    {
        if (stage.OpenInvocations.Count == 0)
            return Finding.Skipped(Skips.NoInvocation);
        var complaints = new Complaints();
        foreach (var door in stage.OpenInvocations)
            foreach (var (note, headers) in variants)
            {
                var answer = await stage.CallAsync(
                    door, ct, request => request with { Headers = [.. request.Headers.Where(header => !isReplaced(header.Name)), .. headers] });
                if (answer.Status != stage.Known(door)!.Status && (answer.Failure is not null || answer.Status is 400 or 401 or >= 500))
                    complaints.Add(door.Name, $"{answer.Words}, and {stage.Known(door)!.Status} before", note);
            }
        return complaints.ToFinding();
    }
}
