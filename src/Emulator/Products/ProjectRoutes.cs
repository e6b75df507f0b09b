using System.Globalization;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Products;

/// <summary>Jira's lists that are paged with <c>startAt</c>: projects, and users.</summary>
internal static class ProjectRoutes
{
    private const int DefaultMaxResults = 50;
    private const int MaximumProjects = 100;
    private const int MaximumUsers = 1000;

    private static readonly NeedsScope ProjectScope = new("read:jira-work", "read:project:jira");

    public static void MapProjects(this IEndpointRouteBuilder products)
    {
        products.MapGet("rest/api/3/project/search", Search).WithMetadata(ProjectScope);
        products.MapGet("rest/api/3/users/search", Users).WithMetadata(JiraRoutes.MyselfScope);
    }

    private static IResult Search(
        HttpContext http, Platform platform, string? query, int startAt = 0, int maxResults = DefaultMaxResults)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        var projects = platform.Contents.Of(grant.Site).Projects
            .Where(project => query is null
                || project.Key.Contains(query, StringComparison.OrdinalIgnoreCase)
                || project.Name.Contains(query, StringComparison.OrdinalIgnoreCase))
            .ToList();
        var size = Math.Clamp(maxResults, 1, MaximumProjects);
        var start = Math.Max(0, startAt);
        var values = projects.Skip(start).Take(size).Select(project => new { project.Id, project.Key, project.Name }).ToList();
        http.Returns(values.Count);
        var isLast = start + size >= projects.Count;
        return Results.Json(new
        {
            self = Address(start),
            nextPage = isLast ? null : Address(start + size),
            maxResults = size,
            startAt = start,
            total = projects.Count,
            isLast,
            values,
        });

        string Address(int from)
        {
            var parameters = QueryString.Create(new Dictionary<string, string?>
            {
                ["query"] = query,
                ["maxResults"] = size.ToString(CultureInfo.InvariantCulture),
                ["startAt"] = from.ToString(CultureInfo.InvariantCulture),
            }.Where(parameter => parameter.Value is not null));
            return $"{platform.ApiBaseUrl("jira", grant.Site)}/rest/api/3/project/search{parameters}";
        }
    }

    // A list and nothing around it: the last page is the one with nobody on it.
    private static IResult Users(HttpContext http, Platform platform, int startAt = 0, int maxResults = DefaultMaxResults)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        var users = grant.Site.Users.Skip(Math.Max(0, startAt)).Take(Math.Clamp(maxResults, 1, MaximumUsers)).ToList();
        http.ReturnsUsers(users.Count);
        return Results.Json(users.Select(user => JiraRoutes.Shape(user, platform, grant.Site, isApp: false)));
    }
}
