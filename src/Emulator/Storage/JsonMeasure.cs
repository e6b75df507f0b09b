using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>How large and how deep a value is, however it was written: as <c>JSON.stringify</c> would write it.</summary>
internal readonly record struct JsonMeasure(int Bytes, int Depth)
{
    public static JsonMeasure Of(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = value.EnumerateObject().Select(member => (Name: Text(member.Name) + 1, Value: Of(member.Value))).ToList();
                return Around(members.Select(member => member.Value), members.Sum(member => member.Name));
            case JsonValueKind.Array:
                return Around([.. value.EnumerateArray().Select(Of)], 0);
            case JsonValueKind.String:
                return new JsonMeasure(Text(value.GetString()!), 0);
            default:
                return new JsonMeasure(value.GetRawText().Length, 0);
        }
    }

    private static JsonMeasure Around(IEnumerable<JsonMeasure> parts, int names)
    {
        var (bytes, depth, count) = (names, 0, 0);
        foreach (var part in parts)
        {
            bytes += part.Bytes;
            depth = Math.Max(depth, part.Depth);
            count++;
        }

        return new JsonMeasure(bytes + 2 + Math.Max(0, count - 1), depth + 1);
    }

    private static int Text(string text) => 2 + text.EnumerateRunes().Sum(rune => rune.Value switch
    {
        '"' or '\\' or '\b' or '\f' or '\n' or '\r' or '\t' => 2,
        < 0x20 => 6,
        _ => rune.Utf8SequenceLength,
    });
}
