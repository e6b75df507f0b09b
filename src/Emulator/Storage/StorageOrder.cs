using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>The order of texts, numbers and truth values. Those of different kinds have none.</summary>
internal static class StorageOrder
{
    public static bool IsScalar(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    /// <summary>Less than, equal to or more than 0; null when the two cannot be compared.</summary>
    public static int? Compare(JsonElement left, JsonElement right) => (left.ValueKind, right.ValueKind) switch
    {
        (JsonValueKind.String, JsonValueKind.String) => Bytes(left).SequenceCompareTo(Bytes(right)),
        (JsonValueKind.Number, JsonValueKind.Number) => left.TryGetDecimal(out var one) && right.TryGetDecimal(out var other)
            ? one.CompareTo(other)
            : left.GetDouble().CompareTo(right.GetDouble()),
        (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False) => left.GetBoolean().CompareTo(right.GetBoolean()),
        _ => null,
    };

    /// <summary>Where one comes before the other, kind by kind.</summary>
    public static int Place(JsonElement left, JsonElement right) => Compare(left, right) ?? left.ValueKind.CompareTo(right.ValueKind);

    // The platform's database orders texts by their UTF-8.
    private static ReadOnlySpan<byte> Bytes(JsonElement text) => Encoding.UTF8.GetBytes(text.GetString()!);
}
