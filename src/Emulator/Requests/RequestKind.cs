using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>What a request to a remote is (contract, section 1).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestKind>))]
internal enum RequestKind
{
    /// <summary><c>invokeRemote</c> of a frontend.</summary>
    [JsonStringEnumMemberName("invoke")]
    Invoke,

    /// <summary><c>requestRemote</c> of a frontend.</summary>
    [JsonStringEnumMemberName("fetch")]
    Fetch,

    /// <summary><c>invokeRemote</c> of a Forge function.</summary>
    [JsonStringEnumMemberName("function")]
    Function,

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

/// <summary>Whether a request is still under way.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestState>))]
internal enum RequestState
{
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("done")]
    Done,
}

/// <summary>Whether the remote kept the contract.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestVerdict>))]
internal enum RequestVerdict
{
    /// <summary>Not known yet.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("kept")]
    Kept,

    /// <summary>It did, but there is something to mend.</summary>
    [JsonStringEnumMemberName("warned")]
    Warned,

    [JsonStringEnumMemberName("broken")]
    Broken,
}
