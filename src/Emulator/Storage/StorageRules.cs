using System.Text.Json;
using System.Text.RegularExpressions;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>What keys, entities and values may be, and the platform's codes for those that may not.</summary>
internal static partial class StorageRules
{
    public const int LargestValue = 240 * 1024;
    public const int LargestSecret = 128 * 1024;
    public const int MostOperations = 25;

    private const int LongestKey = 500;
    private const int DeepestValue = 31;
    private const int LargestRequest = 4 * 1024 * 1024;
    private const int ShortestEntity = 3;
    private const int LongestEntity = 60;
    private static readonly TimeSpan LongestTimeToLive = TimeSpan.FromDays(365);

    public static void CheckKey(string key, bool isEntity)
    {
        if (key is "")
        {
            throw isEntity
                ? StorageRefusedException.Because("EMPTY_KEY", "Key cannot be empty.")
                : StorageRefusedException.Because("KEY_TOO_SHORT", "The provided key needs to be more than one character.");
        }

        if (key.Length > LongestKey)
        {
            throw StorageRefusedException.Because("KEY_TOO_LONG", $"The provided key has exceeded the maximum {LongestKey} characters.");
        }

        if (!Key().IsMatch(key))
        {
            throw StorageRefusedException.Because(
                "INVALID_KEY", @"The provided key does not match the regex: /^(?!\s+$)[a-zA-Z0-9:._\s-#]+$/");
        }
    }

    public static StorageEntity Entity(AppManifest manifest, string name)
    {
        if (name.Length < ShortestEntity)
        {
            throw StorageRefusedException.Because("ENTITY_TYPE_TOO_SHORT", $"The entity's name needs at least {ShortestEntity} characters.");
        }

        if (name.Length > LongestEntity)
        {
            throw StorageRefusedException.Because("ENTITY_TYPE_TOO_LARGE", $"The entity's name has exceeded the maximum {LongestEntity} characters.");
        }

        return manifest.StorageEntities.FirstOrDefault(entity => entity.Name == name) ?? throw StorageRefusedException.Because(
            "INVALID_ENTITY_TYPE", $"The manifest declares no entity \"{name}\" below app.storage.entities.");
    }

    public static void CheckValue(JsonElement value, StorageEntity? entity, int most)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            throw StorageRefusedException.BadRequest("A value is a text, a number, a truth value, an array or an object.");
        }

        var (bytes, depth) = JsonMeasure.Of(value);
        if (bytes > most)
        {
            throw StorageRefusedException.Because("MAX_SIZE", $"The provided value has exceeded the maximum size limit: {bytes} bytes, where {most} are allowed.");
        }

        if (depth > DeepestValue)
        {
            throw StorageRefusedException.Because("MAX_DEPTH", $"The provided value has exceeded the maximum object depth limit: {depth}, where {DeepestValue} is allowed.");
        }

        if (entity is not null)
        {
            CheckAttributes(value, entity);
        }
    }

    public static void CheckOperations(int count)
    {
        if (count is < 1 or > MostOperations)
        {
            throw StorageRefusedException.BadRequest($"There are 1 to {MostOperations} operations in a request, not {count}.");
        }
    }

    public static void CheckRequest(long bytes)
    {
        if (bytes > LargestRequest)
        {
            throw StorageRefusedException.Because("MAX_SIZE", $"A request has at most {LargestRequest} bytes; this one has {bytes}.");
        }
    }

    public static TimeSpan TimeToLive(JsonElement ttl)
    {
        if (ttl.ValueKind is JsonValueKind.Object
            && ttl.TryGetProperty("value", out var number) && number.ValueKind is JsonValueKind.Number && number.TryGetInt64(out var value) && value > 0
            && ttl.TryGetProperty("unit", out var unit) && UnitOf(unit.ToString()) is { } length
            && value <= LongestTimeToLive / length)
        {
            return value * length;
        }

        throw StorageRefusedException.BadRequest(
            "A ttl is {\"value\", \"unit\"}: a whole number of SECONDS, MINUTES, HOURS or DAYS, more than none and at most a year.");
    }

    private static TimeSpan? UnitOf(string unit) => unit switch
    {
        "SECONDS" => TimeSpan.FromSeconds(1),
        "MINUTES" => TimeSpan.FromMinutes(1),
        "HOURS" => TimeSpan.FromHours(1),
        "DAYS" => TimeSpan.FromDays(1),
        _ => null,
    };

    private static void CheckAttributes(JsonElement value, StorageEntity entity)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            throw StorageRefusedException.Because("INVALID_ENTITY_VALUE", $"An entity is an object with attributes; \"{entity.Name}\" got another value.");
        }

        foreach (var attribute in value.EnumerateObject())
        {
            if (entity.Attributes.TryGetValue(attribute.Name, out var type) && !IsA(attribute.Value, type))
            {
                throw StorageRefusedException.Because(
                    "INVALID_ENTITY_VALUE",
                    $"Entity values must match one of the types defined in Custom Entities: \"{attribute.Name}\" of \"{entity.Name}\" is not what the manifest says.");
            }
        }
    }

    private static bool IsA(JsonElement value, StorageAttributeType type) => type switch
    {
        StorageAttributeType.Text => value.ValueKind is JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString()),
        StorageAttributeType.Flag => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        StorageAttributeType.WholeNumber => value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number)
            && Math.Floor(number) == number && number is >= int.MinValue and <= int.MaxValue,
        StorageAttributeType.Number => value.ValueKind is JsonValueKind.Number,
        _ => value.ValueKind is not JsonValueKind.Null,
    };

    // As JavaScript reads it: its \s, and "-" as itself.
    [GeneratedRegex(@"^(?![\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+\z)[a-zA-Z0-9:._\-#\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+\z")]
    private static partial Regex Key();
}
