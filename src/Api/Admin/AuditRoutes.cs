using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Audit;
using ForgeOrleans.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api.Admin;

/// <summary>What operators did.</summary>
/// <param name="Audit">The entries, the newest first.</param>
/// <param name="NextCursor">Where to go on, or null at the end. There may be more even where there are none.</param>
internal sealed record AuditList(IReadOnlyList<AuditEntry> Audit, string? NextCursor);

/// <summary>Shows the audit logs of all apps as one.</summary>
internal sealed class AuditRoutes(IActors actors, IOptions<ForgeOptions> options)
{
    private const int MostListed = 500;

    public async Task ListAsync(HttpContext context)
    {
        var query = new AuditQuery(context.Uuid("installationId"), context.Text("cursor"), context.Limit(100, MostListed));
        var pages = await Task.WhenAll(options.Value.Apps.Select(app =>
            actors.Get<IAuditLog>(EcosystemId.Uuid("app", app.Id)!).ListAsync(query, context.RequestAborted)));
        // A log that has not been read to its end says nothing of what lies behind what it was read to.
        var known = pages.Select(page => page.Next).OfType<string>().Min(StringComparer.Ordinal);
        var entries = pages.SelectMany(page => page.Entries).OrderBy(entry => entry.Position, StringComparer.Ordinal).ToList();
        var listed = entries.Where(entry => known is null || string.CompareOrdinal(entry.Position, known) <= 0).Take(query.Limit).ToList();
        var next = listed.Count == query.Limit && (listed.Count < entries.Count || known is not null) ? listed[^1].Position : known;
        await context.AnswerAsync(new AuditList([.. listed.Select(entry => entry.Entry)], next));
    }
}
