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

    public static string? Type(JsonElement body) => Find(body, "eventType") is { ValueKind: JsonValueKind.String } type
        ? type.GetString()
        // Data-security events are CloudEvents.
        : Find(body, "type") is { ValueKind: JsonValueKind.String } cloud ? cloud.GetString() : null;

    public static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(JsonElement json, string name) => Find(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static DateTimeOffset? Timestamp(JsonElement body) => Find(body, "timestamp") switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var milliseconds) && milliseconds is > 0 and < 253_402_300_800_000 =>
            DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        { ValueKind: JsonValueKind.String } text when text.TryGetDateTimeOffset(out var time) => time,
        _ => null,
    };

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

    private static string? Id(JsonElement entity) => Member(entity, "id") switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => Member(entity, "key") is { ValueKind: JsonValueKind.String } key ? key.GetString() : null,
    };

    private static void Append(IncrementalHash hash, JsonElement value, bool isEnvelope = false)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                hash.AppendData("{"u8);
                foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    if (isEnvelope && member.Name == RetryMember)
                        continue;
                    hash.AppendData(Encoding.UTF8.GetBytes($"{member.Name.Length}:{member.Name}"));
                    Append(hash, member.Value, isEnvelope && member.Name == "payload");
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
                var text = value.GetString()!;
                hash.AppendData(Encoding.UTF8.GetBytes($"\"{text.Length}:{text}"));
                break;
            default:
                hash.AppendData(Encoding.UTF8.GetBytes($"{value.GetRawText()},"));
                break;
        }
    }
}
