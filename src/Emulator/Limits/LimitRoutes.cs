using System.ComponentModel;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>The limits, what is used of them, and other sizes for them.</summary>
internal static class LimitRoutes
{
    private const string Tag = "Limits";

    public static void MapLimits(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/limits", (Platform platform, [Description("The id of the only site.")] string? site) => Shape(platform, site))
            .Described(Tag, "The limits of product calls, and what is used of them").Produces<LimitReport>().Refuses(404);
        routes.MapPost("/limits", Change)
            .Described(Tag, "Changes those sizes of GET /limits that the body names; null brings a default back").Produces<LimitSizes>().Refuses(400);
        routes.MapDelete("/limits", Forget)
            .Described(Tag, "Forgets what was used and counted").Produces<LimitReport>();
    }

    private static IResult Shape(Platform platform, string? site) =>
        Results.Json(platform.Limits.Report(site is null ? platform.Sites : [Caller.SiteOf(platform, site, null)]));

    private static IResult Change(JsonObject patch, Platform platform)
    {
        try
        {
            platform.Limits.Sizes = platform.Limits.Sizes.Patched(patch);
        }
        catch (EmulatorException problem)
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, problem.Message);
        }

        return Results.Json(platform.Limits.Sizes);
    }

    private static IResult Forget(Platform platform)
    {
        platform.Limits.Forget();
        return Shape(platform, null);
    }
}
