using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>The place of an entry in the order of a query: what it is ordered by, and its key.</summary>
/// <param name="Query">What was queried: a cursor of another query is refused.</param>
/// <param name="Place">The values that the query orders by, the key last.</param>
internal sealed record StorageCursor(string Query, IReadOnlyList<JsonElement> Place) : IComparable<StorageCursor>
{
    public static StorageCursor Read(string text, string query)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            if (json.RootElement.GetProperty("query").GetString() == query)
            {
                return new StorageCursor(query, [.. json.RootElement.GetProperty("place").EnumerateArray().Select(value => value.Clone())]);
            }
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Refused below, like another query's.
        }

        throw StorageRefusedException.BadRequest("The cursor is not one of this query.");
    }

    public string Write() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonObject
    {
        ["query"] = Query,
        ["place"] = new JsonArray([.. Place.Select(value => JsonNode.Parse(value.GetRawText()))]),
    }.ToJsonString()));

    public int CompareTo(StorageCursor? other)
    {
        for (var i = 0; i < Place.Count && i < other?.Place.Count; i++)
        {
            if (StorageOrder.Place(Place[i], other.Place[i]) is not 0 and var order)
            {
                return order;
            }
        }

        return 0;
    }
}
