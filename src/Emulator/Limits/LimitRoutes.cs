using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>The limits, what is used of them, and other sizes for them.</summary>
internal static class LimitRoutes
{
    public static void MapLimits(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/limits", (Platform platform, string? site) => Shape(platform, site));
        routes.MapPost("/limits", Change);
        routes.MapDelete("/limits", Forget);
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
