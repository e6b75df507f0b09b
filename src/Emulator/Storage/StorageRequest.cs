using System.Text.Json;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>A place in a request that an app made, read with the platform's distrust.</summary>
internal readonly record struct StorageRequest(JsonElement Json, AppManifest Manifest)
{
    private static readonly string[] MetadataFields = ["CREATED_AT", "UPDATED_AT", "EXPIRE_TIME"];

    public bool Has(string name) => Find(name) is not null;

    /// <summary>A member, or null where it is absent; what JavaScript leaves undefined is absent, and so is what it sets to null.</summary>
    public JsonElement? Find(string name) => Json.ValueKind is not JsonValueKind.Object
        ? throw StorageRefusedException.BadRequest("Provided request body is invalid: an object is expected.")
        : Json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw StorageRefusedException.BadRequest($"Provided request body is invalid: \"{name}\" is a text."),
    };

    public string Key(bool isEntity)
    {
        var key = Text("key") ?? throw StorageRefusedException.BadRequest("Provided request body is invalid: \"key\" is missing.");
        StorageRules.CheckKey(key, isEntity);
        return key;
    }

    /// <summary>The entity that is named, or null where none is.</summary>
    public StorageEntity? Entity() => Text("entityName") is { } name ? StorageRules.Entity(Manifest, name) : null;

    public StorageEntity RequireEntity() =>
        Entity() ?? throw StorageRefusedException.BadRequest("Provided request body is invalid: \"entityName\" is missing.");

    public JsonElement Value(StorageEntity? entity, int most)
    {
        var value = Find("value") ?? default;
        StorageRules.CheckValue(value, entity, most);
        return value.Clone();
    }

    public StorageRequest? Options() => Find("options") is { } options ? this with { Json = options } : null;

    /// <summary>How long a value is kept; null for ever.</summary>
    public TimeSpan? TimeToLive() => Find("ttl") is { } ttl ? StorageRules.TimeToLive(ttl) : null;

    public IReadOnlyList<string> Metadata(string name)
    {
        var fields = Items(name)?.Select(field => field.ToString()).ToList() ?? [];
        return fields.Except(MetadataFields).FirstOrDefault() is { } unknown
            ? throw StorageRefusedException.BadRequest($"Provided request body is invalid: there is no metadata field \"{unknown}\".")
            : fields;
    }

    public string OneOf(string name, string otherwise, params IReadOnlyList<string> allowed)
    {
        var text = Text(name) ?? otherwise;
        return allowed.Contains(text) ? text : throw StorageRefusedException.BadRequest(
            $"Provided request body is invalid: \"{name}\" is {string.Join(" or ", allowed)}.");
    }

    /// <summary>How many entries a page has.</summary>
    public int Limit(string code)
    {
        const int Default = 10;
        const int Most = 100;
        return Find("limit") is not { } limit ? Default
            : limit.ValueKind is JsonValueKind.Number && limit.TryGetInt32(out var number) && number is >= 1 and <= Most ? number
            : throw StorageRefusedException.Because(code, $"The page limit must be set between 1 and {Most}.");
    }

    public IReadOnlyList<JsonElement>? Items(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
        _ => throw StorageRefusedException.BadRequest($"Provided request body is invalid: \"{name}\" is a list."),
    };

    public IReadOnlyList<StorageRequest> Requests(string name)
    {
        var manifest = Manifest;
        return [.. Items(name)?.Select(item => new StorageRequest(item, manifest)) ?? []];
    }
}
