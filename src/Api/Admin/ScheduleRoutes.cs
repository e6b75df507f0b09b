using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Api.Admin;

/// <summary>Removes schedules of a site's own.</summary>
internal sealed class ScheduleRoutes(IActors actors, InstallationViews views, AuditTrail audit)
{
    public async Task DeleteAsync(HttpContext context)
    {
        // As it was sent: a slash in a name is no end of it, and is left encoded where addresses are taken apart.
        var name = AdminQuery.Named(
            Uri.UnescapeDataString(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0].Split('/')[^1]), "schedule");
        var view = await views.GetAsync(context.InstallationId(), withLater: false, context.RequestAborted);
        await audit.RecordAsync(context, view, "schedule.delete", name, async cancellationToken =>
            (await actors.Get<IWorkQueue>(view.InstallationId).RemoveScheduleAsync(new(name), cancellationToken)).Existed
                ? new(new { Deleted = 1 }, null)
                : throw new ForgeException(ForgeErrorCode.NotFound, "This site has no schedule of that name."));
    }
}
