using System.Globalization;
using System.Text.Json;

namespace ForgeOrleans.Work;

/// <summary>What events have in common, wherever they have it: at the top or below <c>payload</c> (contract section 7).</summary>
internal static class EventJson
{
    // What an event is about, the most particular first: a comment's event names its issue or page too, and belongs with it.
    private static readonly string[] Entities =
        ["issue", "content", "page", "blogpost", "worklog", "sprint", "version", "component", "project", "space", "attachment", "comment", "pullrequest", "repository", "user"];

    // Jira's have an id, Bitbucket's a uuid, users an account id, and some have only a key.
    private static readonly string[] Ids = ["id", "uuid", "accountId", "key"];

    // Data-security events are CloudEvents.
    public static string? Type(JsonElement body) => Text(body, "eventType") ?? Text(body, "type");

    public static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(JsonElement json, string name) => Find(json, name) is { } value ? Text(value) : null;

    /// <summary>Jira's <c>timestamp</c>, as milliseconds or as text, or the <c>time</c> of a CloudEvent.</summary>
    public static DateTimeOffset? Timestamp(JsonElement body) => (Find(body, "timestamp") ?? Find(body, "time")) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var milliseconds) && milliseconds is > 0 and < 253_402_300_800_000 =>
            DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        { ValueKind: JsonValueKind.String } text
            when DateTimeOffset.TryParse(Text(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => null,
    };

    public static bool IsSelfGenerated(JsonElement body) => Find(body, "selfGenerated") is { ValueKind: JsonValueKind.True };

    public static RetryContext? Retry(JsonElement body) => Find(body, "retryContext") is { ValueKind: JsonValueKind.Object } retry
        ? new(Member(retry, "retryCount") is { ValueKind: JsonValueKind.Number } count && count.TryGetInt32(out var n) ? n : 1, Text(retry, "retryReason"))
        : null;

    public static (string Type, string Id)? Entity(JsonElement body)
    {
        foreach (var type in Entities)
            if (Find(body, type) is { } entity && Id(entity) is { } id)
                return (type, id);
        return null;
    }

    /// <summary>Whether the content of an event tells it from another one: then another with the same content is the same.</summary>
    public static bool IsUnique(JsonElement body) =>
        Find(body, "timestamp") is { ValueKind: JsonValueKind.Number or JsonValueKind.String }
        || (Find(body, "specversion") is not null && Find(body, "id") is not null);

    private static JsonElement? Find(JsonElement body, string name) =>
        Member(body, name) ?? (Member(body, "payload") is { ValueKind: JsonValueKind.Object } payload ? Member(payload, name) : null);

    private static string? Id(JsonElement entity)
    {
        foreach (var name in Ids)
            if (Member(entity, name) is { } id && (id.ValueKind == JsonValueKind.Number ? id.GetRawText() : Text(id)) is { Length: > 0 } text)
                return text;
        return null;
    }

    /// <summary>A text, or null. Half of a surrogate pair, as is left where a text was cut off within an emoji, is JSON and no text.</summary>
    public static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
