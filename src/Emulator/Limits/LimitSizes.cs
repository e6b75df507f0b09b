using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>How much of the products the app may use (contract, sections 5 and 6), and how the headers tell it.</summary>
public sealed record LimitSizes
{
    /// <summary>The most that a size can be.</summary>
    public const int Most = 1_000_000_000;

    private const int MostOfTheirOwn = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Whether a call beyond a limit is refused; if not, the headers tell all the same.</summary>
    public bool Enforced { get; init; } = true;

    /// <summary>GET (and HEAD) requests a second to one endpoint of a site.</summary>
    public int GetPerSecond { get; init; } = 100;

    /// <summary>POST requests a second to one endpoint of a site.</summary>
    public int PostPerSecond { get; init; } = 100;

    /// <summary>PUT (and PATCH) requests a second to one endpoint of a site.</summary>
    public int PutPerSecond { get; init; } = 50;

    /// <summary>DELETE requests a second to one endpoint of a site.</summary>
    public int DeletePerSecond { get; init; } = 50;

    /// <summary>Requests a second of single endpoints, by method and template: <c>GET /rest/api/3/issue/{issueIdOrKey}</c>.</summary>
    public IReadOnlyDictionary<string, int> Endpoints { get; init => field = value ?? new Dictionary<string, int>(); } =
        new Dictionary<string, int>();

    /// <summary>How many seconds' worth of requests may come at once: the size of the token buckets.</summary>
    public double BurstSeconds { get; init; } = 1;

    /// <summary>Writes to one issue in 2 seconds.</summary>
    public int IssueWritesShort { get; init; } = 20;

    /// <summary>Writes to one issue in 30 seconds.</summary>
    public int IssueWritesLong { get; init; } = 100;

    /// <summary>Which quota holds.</summary>
    public QuotaTier Tier { get; init; }

    /// <summary>Points an hour for the app on one site.</summary>
    public int TenantQuota { get; init; } = 100_000;

    /// <summary>Points an hour of single sites, by their ids.</summary>
    public IReadOnlyDictionary<string, int> TenantQuotas { get; init => field = value ?? new Dictionary<string, int>(); } =
        new Dictionary<string, int>();

    /// <summary>Points an hour for the app on all sites together.</summary>
    public int GlobalQuota { get; init; } = 65_000;

    /// <summary>Whether Jira and Confluence have a quota each; if not, they share it.</summary>
    public bool QuotaPerProduct { get; init; }

    /// <summary>When the headers tell what is left of the quota.</summary>
    public RemainingShown Remaining { get; init; }

    /// <summary>Which headers have the prefix <c>Beta-</c>.</summary>
    public BetaHeaders Beta { get; init; }

    /// <summary>Tokens of users who aren't in session, a minute, for the app.</summary>
    public int ImpersonationsPerMinute { get; init; } = 1000;

    /// <summary>How many seconds such a token lasts.</summary>
    public int ImpersonationTtl { get; init; } = 3600;

    /// <summary>Requests for the details of installations, a minute, for the app.</summary>
    public int InstallationsPerMinute { get; init; } = 50;

    /// <summary>Changes what a JSON object (RFC 7396) names; null brings a default back.</summary>
    /// <exception cref="EmulatorException">A name is unknown or a value out of its range; the message says which.</exception>
    internal LimitSizes Patched(JsonObject patch)
    {
        var sizes = JsonSerializer.SerializeToNode(this, Json)!.AsObject();
        MergePatch.Apply(sizes, patch);
        try
        {
            return sizes.Deserialize<LimitSizes>(Json)!.Checked();
        }
        catch (JsonException cause)
        {
            throw new EmulatorException($"These are no limits: {cause.Message}", cause);
        }
    }

    internal LimitSizes Checked()
    {
        (string Name, int Value)[] sizes =
        [
            ("getPerSecond", GetPerSecond), ("postPerSecond", PostPerSecond), ("putPerSecond", PutPerSecond),
            ("deletePerSecond", DeletePerSecond), ("issueWritesShort", IssueWritesShort), ("issueWritesLong", IssueWritesLong),
            ("tenantQuota", TenantQuota), ("globalQuota", GlobalQuota), ("impersonationsPerMinute", ImpersonationsPerMinute),
            ("impersonationTtl", ImpersonationTtl), ("installationsPerMinute", InstallationsPerMinute),
            .. Endpoints.Select(endpoint => (endpoint.Key, endpoint.Value)),
            .. TenantQuotas.Select(site => (site.Key, site.Value)),
        ];
        if (sizes.FirstOrDefault(size => size.Value is not (>= 1 and <= Most)) is { Name: { } name })
        {
            throw new EmulatorException($"The limit {name} is from 1 to {Most}.");
        }

        if (BurstSeconds is not (> 0 and <= 3600))
        {
            throw new EmulatorException("The limit burstSeconds is above 0 and at most 3600.");
        }

        return Endpoints.Count + TenantQuotas.Count <= MostOfTheirOwn
            ? this
            : throw new EmulatorException($"At most {MostOfTheirOwn} endpoints and sites have limits of their own.");
    }

    internal int PerSecond(string method, string template) => method switch
    {
        _ when Endpoints.Count > 0 && Endpoints.TryGetValue($"{method} {template}", out var own) => own,
        "POST" => PostPerSecond,
        "PUT" or "PATCH" => PutPerSecond,
        "DELETE" => DeletePerSecond,
        _ => GetPerSecond,
    };

    internal int Capacity(int perSecond) => (int)Math.Clamp(Math.Round(perSecond * BurstSeconds), 1, Most);

    internal int Quota(string siteId) =>
        Tier is QuotaTier.Global ? GlobalQuota : TenantQuotas.TryGetValue(siteId, out var own) ? own : TenantQuota;
}
