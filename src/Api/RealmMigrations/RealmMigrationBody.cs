using System.Globalization;
using System.Text.Json;
using ForgeOrleans.RealmMigrations;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.RealmMigrations;

/// <summary>What the platform says of a migration. It is read with tolerance: an id may be a number or text, a time text or milliseconds.</summary>
internal static class RealmMigrationBody
{
    private const int LongestBody = 64 * 1024;
    private const int LongestId = 100;
    private const int LongestLocation = 100;

    /// <exception cref="ForgeException">The body is too large, or not what is expected.</exception>
    public static async Task<RealmMigration> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonAsync(request, cancellationToken);
        return new(Id(body), Time(body, "startTime"), Time(body, "endTime"), Location(body));
    }

    /// <exception cref="ForgeException">The body is too large, or not what is expected.</exception>
    public static async Task<string> ReadIdAsync(HttpRequest request, CancellationToken cancellationToken) => Id(await JsonAsync(request, cancellationToken));

    /// <exception cref="ForgeException">It is no id.</exception>
    public static string Id(string text) =>
        text.Length is > 0 and <= LongestId && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? text
            : throw Invalid($"'migrationId' is a number, or text of up to {LongestId} letters and digits");

    private static async Task<JsonElement> JsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellationToken);
        if (bytes.Length > LongestBody)
            throw new ForgeException(ForgeErrorCode.PayloadTooLarge, $"A realm migration's body has at most {LongestBody:N0} bytes; this one has {bytes.Length:N0}.");
        try
        {
            var json = JsonElement.Parse(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            return json.ValueKind == JsonValueKind.Object ? json : throw Invalid("the body is a JSON object");
        }
        catch (JsonException e)
        {
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "A realm migration's body is JSON; this one cannot be read.", e);
        }
    }

    private static string Id(JsonElement body) => body.TryGetProperty("migrationId", out var id) ? Id(id.ToString()) : throw Invalid("there is a 'migrationId'");

    private static DateTimeOffset Time(JsonElement body, string name)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (body.TryGetProperty(name, out var time))
        {
            if (time.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(time.GetString(), CultureInfo.InvariantCulture, utc, out var parsed))
                return parsed;
            if (time.ValueKind == JsonValueKind.Number && time.TryGetInt64(out var milliseconds)
                && milliseconds >= DateTimeOffset.UnixEpoch.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
                return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }
        throw Invalid($"'{name}' is a time, such as 2026-03-02T09:00:00Z");
    }

    private static string Location(JsonElement body) =>
        body.TryGetProperty("location", out var location) && location.ValueKind == JsonValueKind.String
            && location.GetString() is { Length: > 0 and <= LongestLocation } text && !text.Any(char.IsControl)
            ? text
            : throw Invalid($"'location' is a region of up to {LongestLocation} characters, such as EU");

    private static ForgeException Invalid(string expected) => new(ForgeErrorCode.InvalidRequest, $"Of a realm migration is expected that {expected}.");
}
