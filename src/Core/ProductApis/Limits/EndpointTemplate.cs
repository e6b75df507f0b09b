using System.Text.RegularExpressions;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// Which endpoint of a product an address belongs to, and which issue a write changes: products limit by them (contract section 6). Where a path leaves
/// it open whether a segment is a name or an id, it is taken for an id: two endpoints then share one limit, which is never too much.
/// </summary>
internal static partial class EndpointTemplate
{
    private const string Id = "{}";
    private const int LongestEndpoint = 200;
    private const int LongestIssue = 64;

    // A name of a resource. Anything longer is an id that has no digit by chance.
    private const int LongestName = 40;

    /// <summary>Returns the endpoint of a call, such as <c>GET /rest/api/3/issue/{}</c>.</summary>
    /// <param name="method">The call's method.</param>
    /// <param name="path">The path below the product's base address, without its query.</param>
    public static string Endpoint(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = segments.Length - 1; i >= 0; i--)
            if (!IsVersion(segments, i) && (IsOwnedName(segments, i) || LooksLikeId(segments[i])))
                segments[i] = Id;
        var endpoint = $"{method} /{string.Join('/', segments)}";
        return endpoint.Length > LongestEndpoint ? endpoint[..LongestEndpoint] : endpoint;
    }

    /// <summary>Returns the issue that a write changes, or null.</summary>
    /// <param name="method">The call's method.</param>
    /// <param name="path">The path below the product's base address, without its query.</param>
    public static string? Issue(string method, string path)
    {
        if (method is "GET" or "HEAD")
            return null;
        var match = IssueSegment().Match(path);
        return match.Success && match.Groups[1].Value is { Length: <= LongestIssue } issue && LooksLikeId(issue) ? issue.ToUpperInvariant() : null;
    }

    /// <summary>Returns how many objects a call asks for at the most, where its address says so.</summary>
    /// <param name="query">The address's query, with its question mark.</param>
    public static int? MostObjects(string query)
    {
        foreach (var part in query.AsSpan().TrimStart('?').Split('&'))
            if (query.AsSpan().TrimStart('?')[part] is var pair
                && (pair.StartsWith("maxResults=", StringComparison.OrdinalIgnoreCase) || pair.StartsWith("limit=", StringComparison.OrdinalIgnoreCase))
                && int.TryParse(pair[(pair.IndexOf('=') + 1)..], out var most) && most > 0)
                return most;
        return null;
    }

    // /rest/api/3, /rest/agile/1.0, /wiki/api/v2, /wiki/rest/api, Bitbucket's /2.0
    private static bool IsVersion(string[] segments, int i) =>
        VersionSegment().IsMatch(segments[i]) && (i == 0 || segments[i - 1] is "api" || (i >= 2 && segments[i - 2] == "rest"));

    // Whoever made these named them: the key of a property, a label, Bitbucket's workspace and repository.
    private static bool IsOwnedName(string[] segments, int i) => i > 0 && segments[i - 1] switch
    {
        "properties" or "property" or "label" or "workspaces" or "branches" or "tags" => true,
        "repositories" => segments[0] == "2.0",
        _ => i > 1 && segments[i - 2] == "repositories" && segments[0] == "2.0",
    };

    private static bool LooksLikeId(string segment)
    {
        if (segment.Length > LongestName)
            return true;
        var hasLower = false;
        foreach (var c in segment)
        {
            if (char.IsAsciiLetterLower(c))
                hasLower = true;
            else if (!char.IsAsciiLetterUpper(c) && c is not ('-' or '_'))
                return true;
        }
        // Keys of projects and spaces have capitals only.
        return !hasLower;
    }

    [GeneratedRegex(@"^(v?\d+(\.\d+)*|latest)$")]
    private static partial Regex VersionSegment();

    [GeneratedRegex("/(?:issue|servicedeskapi/request)/([^/]+)")]
    private static partial Regex IssueSegment();
}
