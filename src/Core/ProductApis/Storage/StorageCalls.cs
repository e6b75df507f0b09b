using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>Sends requests to Forge storage as the app, and reads what comes back: the wire format of contract section 6.</summary>
internal sealed class StorageCalls(ForgeProducts products, JsonSerializerOptions json, TimeProvider clock)
{
    private const int DeepestJson = 1_000;

    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly JsonWriterOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = DeepestJson };
    private static readonly JsonDocumentOptions Readable = new() { MaxDepth = DeepestJson };

    private static readonly (StorageMetadata Field, string Name)[] MetadataNames =
        [(StorageMetadata.CreatedAt, "CREATED_AT"), (StorageMetadata.UpdatedAt, "UPDATED_AT"), (StorageMetadata.ExpiresAt, "EXPIRE_TIME")];

    /// <summary>Makes a call.</summary>
    /// <param name="path">The path below <c>/v1/</c>.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="isIdempotent">Whether it may be made twice.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What was answered; null for an empty answer, and when there is no such key.</returns>
    /// <exception cref="ForgeStorageException">Any other answer.</exception>
    public async Task<JsonElement?> PostAsync(string path, byte[] body, bool isIdempotent, CancellationToken cancellationToken)
    {
        var storage = products.Client(ForgeProducts.Storage, Caller.App);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(storage.BaseAddress, $"v1/{path}"))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = Json } },
        };
        request.Headers.Accept.Add(new("application/json"));
        if (isIdempotent)
            request.MarkIdempotent();
        using var response = await storage.SendAsync(request, cancellationToken: cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var (error, message) = StorageErrors.Read(answer);
            return StorageErrors.IsAbsent(response.StatusCode, error)
                ? null
                : throw StorageErrors.Create(response, path, error, message, clock.GetUtcNow());
        }
        if (answer.Length == 0)
            return null;
        try
        {
            return JsonElement.Parse(answer, Readable);
        }
        catch (JsonException)
        {
            throw StorageErrors.NotUnderstood(response, path);
        }
    }

    /// <summary>Makes a call that has an answer.</summary>
    /// <exception cref="ForgeStorageException">It has none, or reports an error.</exception>
    public async Task<JsonElement> AskAsync(string path, byte[] body, CancellationToken cancellationToken) =>
        await PostAsync(path, body, isIdempotent: true, cancellationToken) is { ValueKind: JsonValueKind.Object } answer ? answer : throw Odd(path);

    /// <summary>Writes a request's body.</summary>
    public static byte[] Body(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Written))
            write(writer);
        return stream.ToArray();
    }

    /// <summary>Writes <c>key</c> and, where there is one, <c>entityName</c>.</summary>
    public static void WriteKey(Utf8JsonWriter body, string key, string? entityName)
    {
        if (entityName is not null)
            body.WriteString("entityName", entityName);
        body.WriteString("key", key);
    }

    public static void WriteValue(Utf8JsonWriter body, byte[] value)
    {
        body.WritePropertyName("value");
        body.WriteRawValue(value, skipInputValidation: true);
    }

    /// <summary>Writes <c>metadataFields</c>, or whatever they are called here, if any are wanted.</summary>
    public static void WriteMetadata(Utf8JsonWriter body, string member, StorageMetadata wanted)
    {
        if (wanted == StorageMetadata.None)
            return;
        body.WriteStartArray(member);
        foreach (var (field, name) in MetadataNames)
            if (wanted.HasFlag(field))
                body.WriteStringValue(name);
        body.WriteEndArray();
    }

    public static void WriteMetadataOptions(Utf8JsonWriter body, StorageMetadata wanted)
    {
        if (wanted == StorageMetadata.None)
            return;
        body.WriteStartObject("options");
        WriteMetadata(body, "metadataFields", wanted);
        body.WriteEndObject();
    }

    public static void WriteTimeToLiveOptions(Utf8JsonWriter body, TimeSpan? timeToLive)
    {
        if (timeToLive is null)
            return;
        body.WriteStartObject("options");
        WriteTimeToLive(body, timeToLive);
        body.WriteEndObject();
    }

    /// <summary>Writes <c>ttl</c> in the largest unit that is exact; parts of a second count as one.</summary>
    public static void WriteTimeToLive(Utf8JsonWriter body, TimeSpan? timeToLive)
    {
        if (timeToLive is not { } given)
            return;
        StorageLimits.CheckTimeToLive(given);
        var seconds = (long)Math.Ceiling(given.TotalSeconds);
        var (unit, length) = seconds switch
        {
            _ when seconds % 86_400 == 0 => ("DAYS", 86_400),
            _ when seconds % 3_600 == 0 => ("HOURS", 3_600),
            _ when seconds % 60 == 0 => ("MINUTES", 60),
            _ => ("SECONDS", 1),
        };
        body.WriteStartObject("ttl");
        body.WriteNumber("value", seconds / length);
        body.WriteString("unit", unit);
        body.WriteEndObject();
    }

    /// <summary>The JSON of a value, within the limits.</summary>
    public byte[] Value<T>(T value, int most, bool isEntity)
    {
        ArgumentNullException.ThrowIfNull(value);
        var written = JsonSerializer.SerializeToUtf8Bytes(value, json);
        StorageLimits.CheckValue(written, most, isEntity);
        return written;
    }

    /// <summary>The JSON of a value by what it is at run time.</summary>
    public byte[] Value(object value, bool isEntity)
    {
        var written = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), json);
        StorageLimits.CheckValue(written, StorageLimits.LargestValue, isEntity);
        return written;
    }

    /// <exception cref="ForgeStorageException">This is no entry.</exception>
    /// <exception cref="JsonException">The value is not what it is taken for.</exception>
    public StorageEntry<T> Entry<T>(JsonElement entry, string path) =>
        entry.ValueKind == JsonValueKind.Object && Text(entry, "key") is { } key && entry.TryGetProperty("value", out var value)
            ? new(key, value.Deserialize<T>(json)!)
            {
                CreatedAt = Milliseconds(entry, "createdAt"),
                UpdatedAt = Milliseconds(entry, "updatedAt"),
                ExpiresAt = entry.TryGetProperty("expireTime", out var time) && time.ValueKind == JsonValueKind.String
                    && time.TryGetDateTimeOffset(out var expires) ? expires : null,
            }
            : throw Odd(path);

    public StoragePage<T> Page<T>(JsonElement page, string path) => new(
        [.. Items(page, "data", path).Select(entry => Entry<T>(entry, path))],
        Text(page, "cursor") is { Length: > 0 } cursor ? cursor : null);

    public static IEnumerable<JsonElement> Items(JsonElement answer, string member, string path) =>
        answer.TryGetProperty(member, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : throw Odd(path);

    public static string? Text(JsonElement answer, string member) =>
        answer.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    public static ForgeStorageException Odd(string path) => new(
        ForgeErrorCode.BadGateway, "UNKNOWN_ERROR", $"Forge storage answered '{path}' with JSON that contract section 6 does not have. Try again later.");

    private static DateTimeOffset? Milliseconds(JsonElement entry, string member) =>
        entry.TryGetProperty(member, out var time) && time.ValueKind == JsonValueKind.Number && time.TryGetDouble(out var milliseconds)
        && milliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : null;
}
