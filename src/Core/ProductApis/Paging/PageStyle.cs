using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.ProductApis;

/// <summary>How one page leads to the next. Where a list is, is a text that only the style understands.</summary>
internal abstract class PageStyle
{
    /// <summary>Where the list begins.</summary>
    public abstract string First { get; }

    /// <summary>Asks for the page at a place.</summary>
    public abstract HttpRequestMessage Request(string at);

    /// <summary>Where the list goes on behind a page, or null at its end.</summary>
    /// <param name="at">Where the page is.</param>
    /// <param name="answer">The page.</param>
    /// <param name="count">How many items it has.</param>
    public abstract string? Next(string at, JsonElement answer, int count);

    public static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member) ? member : null;

    protected static string? Text(JsonElement? json) => json is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } some ? some : null;

    protected static int? Number(JsonElement? json) => json is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 0 ? value : null;

    protected static bool? Flag(JsonElement? json) => json?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    protected static HttpRequestMessage Get(string path) => new(HttpMethod.Get, new Uri(path, UriKind.RelativeOrAbsolute));

    protected static HttpRequestMessage Post(string path, JsonObject search, string name, JsonNode value)
    {
        var body = (JsonObject)search.DeepClone();
        body[name] = value;
        return new(HttpMethod.Post, new Uri(path, UriKind.RelativeOrAbsolute)) { Content = JsonContent.Create(body) };
    }

    protected static string? Parameter(string path, string name) => Parameters(path)
        .Where(parameter => NameOf(parameter) == name)
        .Select(parameter => Uri.UnescapeDataString(parameter[(parameter.IndexOf('=') + 1)..]))
        .FirstOrDefault();

    protected static string With(string path, string name, string value) =>
        $"{path.Split('?')[0]}?{string.Join('&', [.. Parameters(path).Where(parameter => NameOf(parameter) != name), $"{name}={Uri.EscapeDataString(value)}"])}";

    private static string[] Parameters(string path) => path.IndexOf('?') is >= 0 and var query
        ? path[(query + 1)..].Split('#')[0].Split('&', StringSplitOptions.RemoveEmptyEntries)
        : [];

    private static string NameOf(string parameter) => parameter.Split('=')[0];
}

/// <summary>By <c>startAt</c>: a place is the number of items before it.</summary>
internal sealed class StartAtStyle(string path, JsonObject? search) : PageStyle
{
    private const string Start = "startAt";
    private const string Size = "maxResults";
    private const int UsualSize = 50;

    public override string First => Text(Asked(Start) ?? 0);

    public override HttpRequestMessage Request(string at) => search is null ? Get(With(path, Start, Text(Place(at)))) : Post(path, search, Start, Place(at));

    public override string? Next(string at, JsonElement answer, int count)
    {
        var isLast = Flag(Member(answer, "isLast"));
        if (isLast is true)
            return null;
        if (Text(Member(answer, "nextPage")) is { } link && int.TryParse(Parameter(link, Start), CultureInfo.InvariantCulture, out var told))
            return Text(told);
        var (place, total) = (Place(at), Number(Member(answer, "total")));
        // Of an empty page in the middle only the size that it would have had says where the next one begins.
        var next = Text(place + (count > 0 ? count : Math.Max(1, Number(Member(answer, Size)) ?? Asked(Size) ?? UsualSize)));
        return (isLast, total) switch
        {
            (null, { } all) => Place(next) < all ? next : null,
            (null, null) => count > 0 ? next : null,
            // Contradictory where all there is has come: then the total is believed once a page is empty.
            (_, { } all) when count == 0 && place >= all => null,
            _ => next,
        };
    }

    private int? Asked(string name) => search is null
        ? int.TryParse(Parameter(path, name), CultureInfo.InvariantCulture, out var asked) ? asked : null
        : search[name] is JsonValue value && value.TryGetValue<int>(out var inBody) ? inBody : null;

    private static int Place(string at) => int.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
        ? place
        : throw new ForgeException(ForgeErrorCode.InvalidRequest, "A list by startAt goes on at a number, as its last page named it.");

    private static string Text(int place) => place.ToString(CultureInfo.InvariantCulture);
}

/// <summary>By <c>nextPageToken</c>: a place is the token that leads there, and the first has none.</summary>
internal sealed class TokenStyle(string path, JsonObject? search) : PageStyle
{
    private const string Token = "nextPageToken";

    public override string First => search is null ? Parameter(path, Token) ?? "" : (string?)search[Token] ?? "";

    public override HttpRequestMessage Request(string at) => search is null
        ? Get(at.Length > 0 ? With(path, Token, at) : path)
        : at.Length > 0 ? Post(path, search, Token, at) : new(HttpMethod.Post, new Uri(path, UriKind.RelativeOrAbsolute)) { Content = JsonContent.Create(search) };

    public override string? Next(string at, JsonElement answer, int count) =>
        Flag(Member(answer, "isLast")) is true ? null : Text(Member(answer, Token));
}
