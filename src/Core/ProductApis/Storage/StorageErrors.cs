using System.Net;
using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>The platform's error codes, and what each is to a handler.</summary>
internal static class StorageErrors
{
    public const string KeyTooShort = "KEY_TOO_SHORT";
    public const string KeyTooLong = "KEY_TOO_LONG";
    public const string InvalidKey = "INVALID_KEY";
    public const string InvalidEntity = "INVALID_ENTITY_TYPE";
    public const string InvalidEntityValue = "INVALID_ENTITY_VALUE";
    public const string MaxSize = "MAX_SIZE";
    public const string MaxDepth = "MAX_DEPTH";
    public const string PageLimit = "LIST_QUERY_LIMIT_EXCEEDED";
    public const string BadRequest = "BAD_REQUEST";

    // The platform documents no codes for these.
    public const string Operations = "TOO_MANY_OPERATIONS";
    public const string TimeToLive = "INVALID_TTL";

    private const string Unknown = "UNKNOWN_ERROR";
    private const int LongestMessage = 300;

    /// <summary>Whether an answer says that there is no such key: a 404 by itself does not.</summary>
    public static bool IsAbsent(HttpStatusCode status, string error) => status == HttpStatusCode.NotFound && IsAbsent(error);

    /// <summary>Whether a code says that there is no such key. The platform's pages have both.</summary>
    public static bool IsAbsent(string error) => error is "KEY_NOT_FOUND" or "NOT_FOUND";

    /// <summary>Reads what an answer says of itself. The gateway before the storage has numbers for codes, or no JSON at all.</summary>
    public static (string Error, string? Message) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (Text(json.RootElement, "code") ?? Unknown, Text(json.RootElement, "message"))
                : (Unknown, null);
        }
        catch (JsonException)
        {
            return (Unknown, null);
        }
    }

    public static ForgeStorageException Create(HttpResponseMessage response, string operation, string error, string? said, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var answer = $"Forge storage answered '{operation}' with {status} {error}{(said is null ? "" : $": {Shortened(said)}")}";
        var trace = Header(response, "x-b3-traceid") ?? Header(response, "x-trace-id");
        var retryAfter = response.Headers.RetryAfter is { } asked && (asked.Delta ?? asked.Date - now) is { } wait && wait >= TimeSpan.Zero ? wait : (TimeSpan?)null;
        return status switch
        {
            401 or 403 => new ForgeStorageAccessException(
                error, $"{End(answer)} The manifest needs the scopes storage:app and read:app-system-token, and the site's admin must have agreed to them.")
            { Status = status, TraceId = trace, RetryAfter = retryAfter },
            _ when status == 429 || IsRateLimit(error) => new ForgeStorageRateLimitException(
                error, $"{End(answer)} The site has used up its share for now: try again later, use batches, or write less often.")
            { Status = status, TraceId = trace, RetryAfter = retryAfter },
            _ when status is 409 or 412 || IsConflict(error) => new ForgeStorageConflictException(
                error, $"{End(answer)} Nothing was changed: read again and decide anew.")
            { Status = status, TraceId = trace },
            413 => new ForgeStorageLimitException(MaxSize, $"{End(answer)} See StorageLimits for what it takes.") { Status = status, TraceId = trace },
            400 or 422 when IsLimit(error) => new ForgeStorageLimitException(error, $"{End(answer)} See StorageLimits for what it takes.")
            { Status = status, TraceId = trace },
            >= 400 and < 500 => new ForgeStorageRequestException(
                error, $"{End(answer)} Compare the call with the manifest's app.storage.entities, as it is deployed on this site.")
            { Status = status, TraceId = trace },
            _ => new ForgeStorageException(ForgeErrorCode.BadGateway, error, $"{End(answer)} Try again later.")
            { Status = status, TraceId = trace, RetryAfter = retryAfter },
        };
    }

    public static ForgeStorageException NotUnderstood(HttpResponseMessage response, string operation) => new(
        ForgeErrorCode.BadGateway,
        Unknown,
        $"Forge storage answered '{operation}' with {(int)response.StatusCode} and something that is not the JSON of contract section 6. Try again later.")
    {
        Status = (int)response.StatusCode,
        TraceId = Header(response, "x-b3-traceid") ?? Header(response, "x-trace-id"),
    };

    private static bool IsRateLimit(string error) => error is "RATE_LIMIT_EXCEEDED" or "TOO_MANY_REQUESTS";

    // The codes of these are documented nowhere; what they are about, their names say.
    private static bool IsConflict(string error) =>
        error.Contains("EXISTS", StringComparison.Ordinal) || error.Contains("CONFLICT", StringComparison.Ordinal)
        || (error.Contains("CONDITION", StringComparison.Ordinal) && error.Contains("FAILED", StringComparison.Ordinal));

    private static bool IsLimit(string error) => error is
        KeyTooShort or KeyTooLong or InvalidKey or "EMPTY_KEY" or "INVALID_KEY_FORMAT" or MaxSize or MaxDepth
        or PageLimit or "COMPLEX_QUERY_PAGE_LIMIT_NOT_IN_RANGE" or "STORAGE_LIMIT_EXCEEDED";

    private static string End(string sentence) => sentence.EndsWith('.') ? sentence : $"{sentence}.";

    private static string Shortened(string message) => message.Length <= LongestMessage ? message : $"{message[..LongestMessage]}…";

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static string? Text(JsonElement error, string member) => !error.TryGetProperty(member, out var value) ? null
        : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
}
