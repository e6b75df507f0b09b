using System.ComponentModel;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Requests;

/// <summary><c>POST /requests/{id}/replay</c>.</summary>
internal static class ReplayRoutes
{
    public static void MapReplay(this IEndpointRouteBuilder routes) => routes
        .MapPost("/requests/{id:long}/replay", BeginAsync)
        .Described(RequestRoutes.Tag, "Sends a request once more, with a new token")
        .Produces<ReplayReport>(202)
        .Refuses(404, 409, 422);

    private static async Task<IResult> BeginAsync(
        [Description("The request's id.")] long id, ReplayRequest? wanted, RequestFeed feed, Replay replay)
    {
        var begun = await replay.BeginAsync(RequestRoutes.Found(feed, id), wanted?.Fit);
        return Results.Json(new ReplayReport(begun.Summary()), statusCode: StatusCodes.Status202Accepted);
    }
}

/// <summary>How a request is sent once more.</summary>
/// <param name="Fit">What to change of the token; null for a good one.</param>
internal sealed record ReplayRequest(FitChanges? Fit);

/// <summary>A request that was begun.</summary>
/// <param name="Request">The new request.</param>
internal sealed record ReplayReport(RequestSummary Request);
