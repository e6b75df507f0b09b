using System.ComponentModel.DataAnnotations;
using System.Globalization;
using ForgeOrleans;
using ForgeOrleans.Documents;

namespace TaskBoard;

public static class ActivityEndpoint
{
    /// <summary>Lists what handlers of work have done for the site that the call comes from.</summary>
    public static void MapActivity(this WebApplication app) => app.MapForgeInvocation("GET", "/activity", List);

    private static Task<ActivityPage> List(
        ActivityLog log, string? cursor, CancellationToken cancellationToken, [Range(1, SiteState.MostDocuments)] int limit = 100)
    {
        var after = 0L;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            throw new ForgeException(ForgeErrorCode.InvalidRequest, "The cursor is not one that a listing answered as nextCursor.");
        return log.ListAsync(after, limit, cancellationToken);
    }
}
