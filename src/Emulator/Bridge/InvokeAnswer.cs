using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>What <c>callBridge('invoke', …)</c> of <c>invokeRemote</c> resolves with.</summary>
internal sealed record InvokeAnswer
{
    /// <summary>Whether the remote's status was 2xx.</summary>
    public required bool Success { get; init; }

    /// <summary>The response, when it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InvokeResponse? Payload { get; init; }

    /// <summary>The response, when it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InvokeResponse? Error { get; init; }
}

/// <summary>A remote's response.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, by their names in lower case.</param>
/// <param name="Body">The body; not there when there was none.</param>
internal sealed record InvokeResponse(
    int Status,
    IReadOnlyDictionary<string, string[]> Headers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Body);
