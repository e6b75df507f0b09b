using System.ComponentModel;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Storage;

/// <summary><c>GET /sites/{id}/storage</c>: what the app has stored on a site.</summary>
internal static class StoredEntryRoutes
{
    private const int Usual = 100;
    private const int Most = 1000;

    public static void MapStoredEntries(this IEndpointRouteBuilder routes) => routes
        .MapGet("/sites/{id}/storage", List)
        .Described(SiteRoutes.Tag, "What the app has stored on the site; of secrets the keys only")
        .Produces<StorageReport>()
        .Refuses(400, 404);

    private static IResult List(
        [Description("The site's id.")] string id,
        Platform platform,
        StorageService storage,
        [Description("How many entries, at most 1,000.")] int limit = Usual,
        [Description("The \"next\" of the page before.")] string? after = null)
    {
        if (limit is not (>= 1 and <= Most))
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, $"limit is from 1 to {Most}.");
        }

        StoragePlace? place = string.IsNullOrEmpty(after) ? null : StoragePlace.Read(after) ?? throw new CallRefusedException(
            StatusCodes.Status400BadRequest, "after is what \"next\" of the page before was.");
        return Results.Json(storage.Of(Caller.SiteOf(platform, id, null)).Report(place, limit));
    }
}
