using System.ComponentModel;
using ForgeOrleans.Emulator.Hosting;

namespace ForgeOrleans.Emulator.Sites;

/// <summary><c>POST /sites/{id}/users/{accountId}</c>: what becomes of a person's account.</summary>
internal static class UserRoutes
{
    public static void MapUsers(this IEndpointRouteBuilder routes) => routes
        .MapPost("/sites/{id}/users/{accountId}", Change)
        .Described(SiteRoutes.Tag, "Deactivates a person's account, on all sites, or takes the access to this site away")
        .Produces<SiteReport>()
        .Refuses(404);

    private static IResult Change([Description("The site's id.")] string id, [Description("The account id.")] string accountId, UserChange change, Platform platform)
    {
        var site = Caller.SiteOf(platform, id, null);
        if (site.Users.All(user => user.AccountId != accountId))
        {
            throw new CallRefusedException(
                StatusCodes.Status404NotFound, $"Site \"{site.Id}\" has no user \"{accountId}\". GET /sites lists the account ids.");
        }

        // An account is one on all sites; access is each site's own affair.
        foreach (var other in platform.Sites.Where(other => change.Active is not null || other.Id == site.Id))
        {
            platform.Directory.Change(other, known => known with
            {
                Users = [.. known.Users.Select(user => user.AccountId != accountId ? user : user with
                {
                    Active = change.Active ?? user.Active,
                    HasAccess = other.Id == site.Id ? change.HasAccess ?? user.HasAccess : user.HasAccess,
                })],
            });
        }

        return Results.Json(SiteReport.Of(platform, Caller.SiteOf(platform, id, null)));
    }
}

/// <summary>What changes; what isn't named stays.</summary>
internal sealed record UserChange(bool? Active, bool? HasAccess);
