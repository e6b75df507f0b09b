using System.ComponentModel;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>The app's life on a site: installed, upgraded, uninstalled, installed again (contract, section 8).</summary>
internal static class LifecycleRoutes
{
    private const string IdOfSite = "The site's id.";

    public static void MapLifecycle(this IEndpointRouteBuilder routes)
    {
        var site = routes.MapGroup("/sites/{id}");
        site.MapPost("/install", Install)
            .DescribedStep("Tells the app that it was installed, and installs it where it is not", 202);
        site.MapPost("/reinstall", Reinstall)
            .DescribedStep("Installs the app anew: another installation on the same site", 202);
        site.MapPost("/upgrade", Upgrade)
            .DescribedStep("Upgrades the app on the site, and tells it", 202);
        site.MapPost("/uninstall", UninstallAsync)
            .DescribedStep("Asks the pre-uninstall hooks, and uninstalls the app", 200);
    }

    private static void DescribedStep(this RouteHandlerBuilder route, string summary, int status) => route
        .Described(SiteRoutes.Tag, summary)
        .Produces<LifecycleReport>(status)
        .Refuses(400, 404, 409, 422);

    /// <summary>A site that has the app hears of its installation once more: the sites have it from the start.</summary>
    private static IResult Install(
        [Description(IdOfSite)] string id, LifecycleRequest? request, Platform platform, Courier courier, Schedule schedule)
    {
        var site = Caller.SiteOf(platform, id, null);
        if (!site.IsInstalled)
        {
            return Reinstall(id, request, platform, courier, schedule);
        }

        var (wishes, user) = Checked(request, site);
        return Tell(platform, courier, LifecycleBodies.Installed(platform, site, user), site, wishes);
    }

    private static IResult Reinstall(
        [Description(IdOfSite)] string id, LifecycleRequest? request, Platform platform, Courier courier, Schedule schedule)
    {
        var site = Caller.SiteOf(platform, id, null);
        var (wishes, user) = Checked(request, site);
        site = platform.Directory.InstallAgain(site, wishes.Products);
        platform.Faults.DelayPermissions(site, TimeSpan.FromSeconds(wishes.ProductDelay));
        schedule.Begin(site);
        return Tell(platform, courier, LifecycleBodies.Installed(platform, site, user), site, wishes);
    }

    private static IResult Upgrade(
        [Description(IdOfSite)] string id, LifecycleRequest? request, Platform platform, Courier courier)
    {
        var site = Caller.InstalledSite(platform, id);
        var (wishes, user) = Checked(request, site);
        var version = wishes.AppVersion ?? NextMajor(platform.AppVersionOf(site));
        site = platform.Directory.Change(site, known => known with { AppVersion = version });
        return Tell(platform, courier, LifecycleBodies.Upgraded(platform, site, user), site, wishes);
    }

    /// <summary>Asks the pre-uninstall hooks, whose failure stops nothing, and then takes the app away.</summary>
    private static async Task<IResult> UninstallAsync(
        [Description(IdOfSite)] string id,
        LifecycleRequest? request,
        Platform platform,
        Courier courier,
        Schedule schedule,
        CancellationToken ct)
    {
        var site = Caller.InstalledSite(platform, id);
        var (wishes, _) = Checked(request, site);
        var asked = wishes.PreUninstall ? platform.Manifest.PreUninstalls : [];
        var parcels = asked.Select(hook => ModuleCall.Of(platform, hook, site)).ToList();
        var once = wishes with { Retries = 0, Duplicate = false, Reorder = 0 };
        var deliveries = parcels.SelectMany(parcel => courier.Send(parcel, once)).ToList();
        await Task.WhenAll(deliveries.Select(delivery => delivery.Settled)).WaitAsync(ct);
        var without = platform.Directory.Change(site, known => known.InstallationId == site.InstallationId
            ? known with { IsInstalled = false, ProductStatus = wishes.ProductStatus }
            : known);
        if (!without.IsInstalled)
        {
            schedule.End(without);
        }

        return Answer(platform, without, deliveries, StatusCodes.Status200OK);
    }

    private static IResult Tell(Platform platform, Courier courier, JsonObject body, Site site, LifecycleRequest wishes)
    {
        var eventType = body["eventType"]!.GetValue<string>();
        MergePatch.Apply(body, wishes.Payload ?? []);
        var parcels = EventRoutes.Parcels(platform, DeliveryKind.Lifecycle, eventType, site, body.ToJsonString()).ToList();
        var deliveries = parcels.SelectMany(parcel => courier.Send(parcel, wishes)).ToList();
        return Answer(platform, site, deliveries, StatusCodes.Status202Accepted);
    }

    private static IResult Answer(Platform platform, Site site, IEnumerable<Delivery> deliveries, int status) => Results.Json(
        new LifecycleReport(SiteReport.Of(platform, site), deliveries.Select(delivery => delivery.Report())), statusCode: status);

    /// <summary>What is wished, and the user who acts, before anything has changed.</summary>
    private static (LifecycleRequest Wishes, User User) Checked(LifecycleRequest? request, Site site)
    {
        var wishes = request ?? new LifecycleRequest();
        wishes.Check();
        var user = wishes.User is null ? site.Users[0] : site.Users.FirstOrDefault(user => user.AccountId == wishes.User);
        return (wishes, user ?? throw new CallRefusedException(
            StatusCodes.Status404NotFound, $"Site \"{site.Id}\" has no user \"{wishes.User}\". GET /sites lists the account ids."));
    }

    private static string NextMajor(string version) =>
        int.TryParse(version.Split('.')[0], out var major) ? $"{major + 1}.0.0" : $"{version}.1";
}

/// <summary>What a site has become, and who is told.</summary>
internal sealed record LifecycleReport(SiteReport Site, IEnumerable<DeliveryReport> Deliveries);
