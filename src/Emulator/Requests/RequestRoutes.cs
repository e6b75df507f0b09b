using System.ComponentModel;
using ForgeOrleans.Emulator.Hosting;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>What was sent to remotes, and what they made of it.</summary>
internal static class RequestRoutes
{
    /// <summary>The heading of the routes of requests.</summary>
    public const string Tag = "Requests to the remote";

    public static void MapRequests(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/requests", List)
            .Described(Tag, "The requests that were sent to remotes, the newest last").Produces<RequestList>().Refuses(400, 404);
        routes.MapGet(
                "/requests/{id:long}",
                ([Description("The request's id.")] long id, RequestFeed feed) => Results.Json(Found(feed, id).Details()))
            .Described(Tag, "A request with its headers, body, token claims and answer; never a token").Produces<RequestDetails>().Refuses(404);
        routes.MapDelete("/requests", Clear)
            .Described(Tag, "Forgets all requests").Produces<RequestList>();
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
