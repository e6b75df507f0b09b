using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Products;

/// <summary>Confluence's content API, version 1.</summary>
internal static class ConfluenceRoutes
{
    private const int DefaultLimit = 25;
    private const int MaximumLimit = 250;

    private static readonly NeedsScope Scope = new(
        "read:confluence-content.summary", "read:confluence-content.all", "read:content:confluence", "read:content-details:confluence");

    public static void MapConfluence(this IEndpointRouteBuilder products)
    {
        products.MapGet("wiki/rest/api/content", List).WithMetadata(Scope);
        products.MapGet("wiki/rest/api/content/{id}", Get).WithMetadata(Scope);
    }

    private static IResult List(
        HttpContext http, Platform platform, int start = 0, int limit = DefaultLimit, string? spaceKey = null, string? title = null)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        var size = Math.Clamp(limit, 0, MaximumLimit);
        var readable = platform.Contents.Of(grant.Site).Pages
            .Where(page => MayRead(page, grant))
            .Where(page => spaceKey is null || page.Space.Key == spaceKey)
            .Where(page => title is null || page.Title == title)
            .ToList();
        var results = readable.Skip(Math.Max(0, start)).Take(size).Select(page => Shape(page, platform, grant)).ToList();
        http.Returns(results.Count);
        var links = new Dictionary<string, string>
        {
            ["base"] = $"{grant.Site.Url}/wiki",
            ["context"] = "/wiki",
            ["self"] = $"{ApiUrl(platform, grant)}/content",
        };
        if (results.Count > 0 && start + size < readable.Count)
        {
            var next = QueryString.Create(new Dictionary<string, string?>
            {
                ["spaceKey"] = spaceKey,
                ["title"] = title,
                ["limit"] = $"{size}",
                ["start"] = $"{start + size}",
            }.Where(parameter => parameter.Value is not null));
            links["next"] = $"/rest/api/content{next}";
        }

        return Results.Json(new { results, start, limit = size, size = results.Count, _links = links });
    }

    private static IResult Get(string id, HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        return platform.Contents.Of(grant.Site).Pages.FirstOrDefault(page => page.Id == id) switch
        {
            null => Refuse(StatusCodes.Status404NotFound, $"No content found with id: ContentId{{id={id}}}"),
            { } page when !MayRead(page, grant) => Refuse(StatusCodes.Status403Forbidden, "User not permitted to view content"),
            { } page => One(page, http, platform, grant),
        };
    }

    private static IResult One(Page page, HttpContext http, Platform platform, AccessGrant grant)
    {
        http.Returns(1);
        return Results.Json(Shape(page, platform, grant));
    }

    internal static bool MayRead(Page page, AccessGrant grant) => page.OnlyFor is null || page.OnlyFor == grant.User?.AccountId;

    private static object Shape(Page page, Platform platform, AccessGrant grant) => new
    {
        page.Id,
        type = "page",
        status = "current",
        page.Title,
        space = new { page.Space.Id, page.Space.Key, page.Space.Name, type = "global", status = "current" },
        macroRenderedOutput = new { },
        extensions = new { position = "none" },
        _links = new
        {
            self = $"{ApiUrl(platform, grant)}/content/{page.Id}",
            webui = $"/spaces/{page.Space.Key}/pages/{page.Id}/{Uri.EscapeDataString(page.Title)}",
            editui = $"/pages/resumedraft.action?draftId={page.Id}",
        },
    };

    private static string ApiUrl(Platform platform, AccessGrant grant) => $"{platform.ApiBaseUrl("confluence", grant.Site)}/wiki/rest/api";

    private static IResult Refuse(int status, string message)
    {
        var authorized = status is not StatusCodes.Status403Forbidden;
        var data = new { authorized, valid = true, errors = Array.Empty<string>(), successful = false };
        return Results.Json(new { statusCode = status, data, message }, statusCode: status);
    }
}
