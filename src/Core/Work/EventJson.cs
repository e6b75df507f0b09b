using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ForgeOrleans.Work;

/// <summary>What events have in common, wherever they have it: at the top or below <c>payload</c> (contract section 7).</summary>
internal static class EventJson
{
    private const string RetryMember = "retryContext";

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

    public static RetryContext? Retry(JsonElement body) => Find(body, RetryMember) is { ValueKind: JsonValueKind.Object } retry
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

    /// <summary>A digest of an event's content without its <c>retryContext</c>, whatever the order of its members.</summary>
    public static string Digest(JsonElement body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, body, isEnvelope: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static JsonElement? Find(JsonElement body, string name) =>
        Member(body, name) ?? (Member(body, "payload") is { ValueKind: JsonValueKind.Object } payload ? Member(payload, name) : null);

    private static string? Id(JsonElement entity)
    {
        foreach (var name in Ids)
            if (Member(entity, name) is { } id && (id.ValueKind == JsonValueKind.Number ? id.GetRawText() : Text(id)) is { Length: > 0 } text)
                return text;
        return null;
    }

    // Half of a surrogate pair, as is left where a text was cut off within an emoji, is JSON and no text.
    private static string? Text(JsonElement value)
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

    private static string Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member));
        }
    }

    private static void Append(IncrementalHash hash, JsonElement value, bool isEnvelope = false)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                hash.AppendData("{"u8);
                foreach (var (name, member) in value.EnumerateObject().Select(member => (Name: Name(member), member.Value)).OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    if (isEnvelope && name == RetryMember)
                        continue;
                    hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length}:{name}"));
                    Append(hash, member, isEnvelope && name == "payload");
                }
                hash.AppendData("}"u8);
                break;
            case JsonValueKind.Array:
                hash.AppendData("["u8);
                foreach (var element in value.EnumerateArray())
                    Append(hash, element);
                hash.AppendData("]"u8);
                break;
            case JsonValueKind.String:
                var text = Text(value) ?? value.GetRawText();
                hash.AppendData(Encoding.UTF8.GetBytes($"\"{text.Length}:{text}"));
                break;
            default:
                hash.AppendData(Encoding.UTF8.GetBytes($"{value.GetRawText()},"));
                break;
        }
    }
}
