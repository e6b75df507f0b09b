using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>A value that an app has stored.</summary>
internal sealed record StoredEntry(string Key, JsonElement Value, DateTimeOffset Created, DateTimeOffset Updated, DateTimeOffset? Expires)
{
    public bool IsAlive(DateTimeOffset now) => Expires is null || Expires > now;

    /// <summary>As the platform answers it.</summary>
    public JsonObject Shape(string? entityName, IReadOnlyList<string> metadata)
    {
        var shape = new JsonObject { ["key"] = Key, ["value"] = JsonNode.Parse(Value.GetRawText(), documentOptions: new() { MaxDepth = 1_000 }) };
        if (entityName is not null)
        {
            shape["entityName"] = entityName;
        }

        if (metadata.Contains("CREATED_AT"))
        {
            shape["createdAt"] = Created.ToUnixTimeMilliseconds();
        }

        if (metadata.Contains("UPDATED_AT"))
        {
            shape["updatedAt"] = Updated.ToUnixTimeMilliseconds();
        }

        if (metadata.Contains("EXPIRE_TIME") && Expires is { } expires)
        {
            shape["expireTime"] = expires.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }

        return shape;
    }
}
