using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>What is delivered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryKind>))]
internal enum DeliveryKind
{
    [JsonStringEnumMemberName("event")]
    Event,

    [JsonStringEnumMemberName("lifecycle")]
    Lifecycle,

    [JsonStringEnumMemberName("trigger")]
    Trigger,

    [JsonStringEnumMemberName("preUninstall")]
    PreUninstall,

    [JsonStringEnumMemberName("webTrigger")]
    WebTrigger,
}

/// <summary>What has become of a delivery.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryOutcome>))]
internal enum DeliveryOutcome
{
    /// <summary>An attempt is under way or to come.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    [JsonStringEnumMemberName("delivered")]
    Delivered,

    [JsonStringEnumMemberName("failed")]
    Failed,
}
