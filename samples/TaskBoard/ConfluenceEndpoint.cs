using ForgeOrleans;
using ForgeOrleans.ProductApis;
using Microsoft.AspNetCore.Mvc;

namespace TaskBoard;

public static class ConfluenceEndpoint
{
    /// <summary>Answers what Confluence answers, called as the app or as the user in session.</summary>
    public static void MapConfluence(this WebApplication app) =>
        app.MapForgeInvocation("GET", "/confluence/content", async (
            ConfluenceApi confluence, CancellationToken cancellationToken, [FromQuery(Name = "as")] string caller = "app") =>
        {
            var client = caller switch
            {
                "app" => confluence.AsApp(),
                "user" => confluence.AsUser(),
                _ => throw new ForgeException(ForgeErrorCode.InvalidRequest, "The parameter 'as' is 'app' or 'user'."),
            };
            using var response = await client.GetAsync("/wiki/rest/api/content", cancellationToken);
            return Results.Json(await JsonAnswer.ReadAsync(response, "Confluence", cancellationToken), statusCode: (int)response.StatusCode);
        });
}
