using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Faults;

/// <summary>What goes wrong with a call.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>It is answered 429, with the headers of a reason.</summary>
    [JsonStringEnumMemberName("rateLimit")]
    RateLimit,

    /// <summary>It is answered 5xx.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>Its answer comes late.</summary>
    [JsonStringEnumMemberName("slow")]
    Slow,

    /// <summary>Its connection is reset.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,

    /// <summary>Its token, made before the fault, is answered 401; those that are made after it are good.</summary>
    [JsonStringEnumMemberName("revokedToken")]
    RevokedToken,

    /// <summary>It is answered 403, as in the first minutes after an installation.</summary>
    [JsonStringEnumMemberName("noPermission")]
    NoPermission,
}
