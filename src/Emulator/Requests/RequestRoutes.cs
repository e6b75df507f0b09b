namespace ForgeOrleans.Emulator.Requests;

/// <summary>What was sent to remotes, and what they made of it.</summary>
internal static class RequestRoutes
{
    public static void MapRequests(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/requests", List);
        routes.MapGet("/requests/{id:long}", (long id, RequestFeed feed) => Results.Json(Found(feed, id).Details()));
        routes.MapDelete("/requests", Clear);
    }

    /// <summary>A request by its id.</summary>
    /// <exception cref="CallRefusedException">There is none, or no longer.</exception>
    public static SentRequest Found(RequestFeed feed, long id) => feed.Find(id) ?? throw new CallRefusedException(
        StatusCodes.Status404NotFound, $"There is no request {id} among the last {RequestFeed.Capacity}.");

    private static IResult List([AsParameters] RequestQuery query, Platform platform, RequestFeed feed) => Results.Json(
        new RequestList([.. query.Choose(feed.All(), platform).Select(sent => sent.Summary())], feed.LastId));

    private static IResult Clear(RequestFeed feed)
    {
        feed.Clear();
        return Results.Json(new RequestList([], feed.LastId));
    }
}

/// <summary>Requests to remotes.</summary>
/// <param name="Requests">The newest last.</param>
/// <param name="Last">The id of the last request that was sent at all.</param>
internal sealed record RequestList(IReadOnlyList<RequestSummary> Requests, long Last);
