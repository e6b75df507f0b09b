using System.Globalization;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Products;

/// <summary>Confluence's pages, version 2.</summary>
internal static class ConfluencePageRoutes
{
    private const int DefaultLimit = 25;
    private const int MaximumLimit = 250;
    private const int LongestTitle = 255;

    private static readonly NeedsScope ReadScope = new("read:page:confluence");
    private static readonly NeedsScope WriteScope = new("write:page:confluence");
    private static readonly NeedsScope DeleteScope = new("delete:page:confluence");

    public static void MapConfluencePages(this IEndpointRouteBuilder products)
    {
        products.MapGet("wiki/api/v2/pages", List).WithMetadata(ReadScope);
        products.MapPost("wiki/api/v2/pages", Create).WithMetadata(WriteScope);
        products.MapGet("wiki/api/v2/pages/{id}", Get).WithMetadata(ReadScope);
        products.MapPut("wiki/api/v2/pages/{id}", Edit).WithMetadata(WriteScope);
        products.MapDelete("wiki/api/v2/pages/{id}", Delete).WithMetadata(DeleteScope);
    }

    private static IResult List(HttpContext http, Platform platform, string? cursor, string? title, int limit = DefaultLimit)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        if (JiraRoutes.Offset(cursor) is not { } start)
        {
            return Invalid("Provided value for 'cursor' is not valid");
        }

        var space = http.Request.Query["space-id"].FirstOrDefault();
        var size = Math.Clamp(limit, 1, MaximumLimit);
        var readable = platform.Contents.Of(grant.Site).Pages
            .Where(page => ConfluenceRoutes.MayRead(page, grant))
            .Where(page => space is null || page.Space.Id == space)
            .Where(page => title is null || page.Title == title)
            .ToList();
        var results = readable.Skip(start).Take(size).Select(Shape).ToList();
        http.Returns(results.Count);
        var links = new Dictionary<string, string> { ["base"] = $"{grant.Site.Url}/wiki" };
        if (start + size < readable.Count)
        {
            var next = QueryString.Create(new Dictionary<string, string?>
            {
                ["space-id"] = space,
                ["title"] = title,
                ["limit"] = size.ToString(CultureInfo.InvariantCulture),
                ["cursor"] = JiraRoutes.PageToken(start + size),
            }.Where(parameter => parameter.Value is not null));
            links["next"] = $"/wiki/api/v2/pages{next}";
            http.Response.Headers.Link = $"<{links["next"]}>; rel=\"next\"";
        }

        return Results.Json(new { results, _links = links });
    }

    private static IResult Get(string id, HttpContext http, Platform platform)
    {
        if (Find(id, http, platform) is not { } page)
        {
            return NoPage();
        }

        http.Returns(1);
        return Results.Json(Shape(page));
    }

    private static IResult Create(JsonObject body, HttpContext http, Platform platform)
    {
        var content = platform.Contents.Of(http.Features.GetRequiredFeature<AccessGrant>().Site);
        var space = content.Spaces.FirstOrDefault(space => space.Id == Text(body, "spaceId"));
        return space is null || Text(body, "title") is not { Length: >= 1 and <= LongestTitle } title
            ? Invalid($"A page has a spaceId and a title of at most {LongestTitle} characters")
            : content.AddPage(title, space) is { } page ? Results.Json(Shape(page))
            : Invalid($"The emulator keeps at most {SiteContent.Most} pages of a site: delete some");
    }

    private static IResult Edit(string id, JsonObject body, HttpContext http, Platform platform)
    {
        if (Find(id, http, platform) is not { } page)
        {
            return NoPage();
        }

        if (Text(body, "title") is not { Length: >= 1 and <= LongestTitle } title)
        {
            return Invalid($"A page has a title of at most {LongestTitle} characters");
        }

        var changed = page with { Title = title, Version = page.Version + 1 };
        platform.Contents.Of(http.Features.GetRequiredFeature<AccessGrant>().Site).ChangePage(id, _ => changed);
        return Results.Json(Shape(changed));
    }

    private static IResult Delete(string id, HttpContext http, Platform platform)
    {
        if (Find(id, http, platform) is null)
        {
            return NoPage();
        }

        platform.Contents.Of(http.Features.GetRequiredFeature<AccessGrant>().Site).ChangePage(id, _ => null);
        return Results.NoContent();
    }

    private static Page? Find(string id, HttpContext http, Platform platform)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        return platform.Contents.Of(grant.Site).Pages.FirstOrDefault(page => page.Id == id && ConfluenceRoutes.MayRead(page, grant));
    }

    private static object Shape(Page page) => new
    {
        page.Id,
        status = "current",
        page.Title,
        spaceId = page.Space.Id,
        version = new { number = page.Version },
        _links = new { webui = $"/spaces/{page.Space.Key}/pages/{page.Id}/{Uri.EscapeDataString(page.Title)}" },
    };

    private static string? Text(JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static IResult Invalid(string title) => Refuse(StatusCodes.Status400BadRequest, "INVALID_REQUEST_PARAMETER", title);

    private static IResult NoPage() => Refuse(StatusCodes.Status404NotFound, "NOT_FOUND", "Not Found");

    private static IResult Refuse(int status, string code, string title) =>
        Results.Json(new { errors = new[] { new { status, code, title, detail = (string?)null } } }, statusCode: status);
}
