using System.Text.Json;

namespace ForgeOrleans.Emulator.Bridge;

/// <summary>Reads what <c>@forge/bridge</c> passes, which is whatever its caller passed to it.</summary>
internal static class PayloadReading
{
    public static string? Text(this JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    public static IEnumerable<JsonProperty> Object(this JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object ? value.EnumerateObject() : [];

    /// <summary>A header's values: one text, a number, or a list of them.</summary>
    public static IEnumerable<string> Texts(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Null => [],
        _ => [value.ToString()],
    };
}
