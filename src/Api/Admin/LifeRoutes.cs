using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Admin;

/// <summary>Which installation's data is taken over.</summary>
/// <param name="From">The former installation's uuid.</param>
internal sealed record AdoptRequest(string From);

/// <summary>Exports, adopts and erases installations.</summary>
internal sealed class LifeRoutes(IActors actors, InstallationViews views, Admissions admissions, AuditTrail audit, TimeProvider clock)
{
    public async Task ExportAsync(HttpContext context)
    {
        var view = await views.GetAsync(context.InstallationId(), withLater: true, context.RequestAborted);
        await audit.RecordAsync(context, view, "installation.export", null, async cancellationToken =>
        {
            var export = new Export(context, actors.Get<IInstallationActor>(view.InstallationId));
            var rows = await export.WriteAsync(InstallationDetail.Of(view, clock.GetUtcNow()), clock.GetUtcNow(), cancellationToken);
            return new(null, $"{rows} rows");
        });
    }

    public async Task AdoptAsync(HttpContext context)
    {
        var id = context.InstallationId();
        var from = EcosystemId.Uuid((await context.ReadAsync<AdoptRequest>()).From)
            ?? throw new ForgeException(ForgeErrorCode.InvalidRequest, "'from' is the uuid of the former installation, whose data is taken over.");
        var view = await views.GetAsync(id, withLater: false, context.RequestAborted);
        await audit.RecordAsync(context, view, "installation.adopt", from, async cancellationToken =>
        {
            var answer = await actors.Get<IInstallationActor>(id).AdoptAsync(new(from), cancellationToken);
            return answer.Outcome switch
            {
                AdoptionOutcome.Decided => new(new { answer.Adoption }, answer.Adoption is { IsComplete: true } done ? $"{done.Copied} documents" : "goes on"),
                AdoptionOutcome.NoSuchFormer => throw new ForgeException(
                    ForgeErrorCode.Conflict, $"'{from}' is no former installation of the same app on the same site, or its data was erased."),
                AdoptionOutcome.Busy => throw new ForgeException(
                    ForgeErrorCode.Conflict, "Another adoption of this installation is not complete yet. It goes on by itself; try again when it is."),
                _ => throw new ForgeException(ForgeErrorCode.Conflict, "This installation is not installed: only one that is in use takes over data."),
            };
        });
    }

    public async Task EraseAsync(HttpContext context)
    {
        var view = await views.GetAsync(context.InstallationId(), withLater: false, context.RequestAborted);
        await audit.RecordAsync(context, view, "installation.erase", null, async cancellationToken =>
        {
            var answer = await actors.Get<IInstallationActor>(view.InstallationId).EraseAsync(new(clock.GetUtcNow()), cancellationToken);
            // Should it be called all the same, that is news: it begins anew.
            admissions.Forget(view.InstallationId);
            return new(new { answer.IsComplete }, answer.IsComplete ? null : "goes on");
        });
    }
}
