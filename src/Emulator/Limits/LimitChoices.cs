using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>Which hourly quota an app has (contract, section 6).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuotaTier>))]
public enum QuotaTier
{
    /// <summary>One for every site: <c>tenant-app-quota</c>.</summary>
    [JsonStringEnumMemberName("tenant")]
    Tenant,

    /// <summary>One pool for all sites: <c>global-app-quota</c>.</summary>
    [JsonStringEnumMemberName("global")]
    Global,
}

/// <summary>When the header <c>RateLimit</c> tells what is left of the hour's quota.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RemainingShown>))]
public enum RemainingShown
{
    /// <summary>When less than a fifth is left, as the platform does.</summary>
    [JsonStringEnumMemberName("near")]
    Near,

    /// <summary>Always.</summary>
    [JsonStringEnumMemberName("always")]
    Always,

    /// <summary>Never, and of requests a second neither.</summary>
    [JsonStringEnumMemberName("never")]
    Never,
}

/// <summary>Which policies come in headers with the prefix <c>Beta-</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BetaHeaders>))]
[Flags]
public enum BetaHeaders
{
    /// <summary>None.</summary>
    [JsonStringEnumMemberName("none")]
    None = 0,

    /// <summary>The hour's quota.</summary>
    [JsonStringEnumMemberName("quota")]
    Quota = 1,

    /// <summary>Requests a second.</summary>
    [JsonStringEnumMemberName("burst")]
    Burst = 2,

    /// <summary>All.</summary>
    [JsonStringEnumMemberName("all")]
    All = Quota | Burst,
}
