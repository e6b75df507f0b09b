using System.Globalization;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Faults;

/// <summary>Faults, switched on and off while the emulator runs.</summary>
internal static class FaultRoutes
{
    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/faults", (Platform platform, string? site) => Shape(platform, site));
        routes.MapPost("/faults", Add);
        routes.MapDelete("/faults", Clear);
        routes.MapDelete("/faults/{id:long}", Remove);
    }

    private static IResult Shape(Platform platform, string? site) =>
        Results.Json(platform.Faults.Report(site is null ? null : Caller.SiteOf(platform, site, null).Id));

    private static IResult Add(Fault fault, Platform platform)
    {
        try
        {
            var site = fault.Site is null ? null : Caller.SiteOf(platform, fault.Site, null);
            return Results.Json(platform.Faults.Add(fault with { Site = site?.Id }), statusCode: StatusCodes.Status201Created);
        }
        catch (EmulatorException problem)
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, problem.Message);
        }
    }

    private static IResult Clear(Platform platform, string? site)
    {
        platform.Faults.Clear(site is null ? null : Caller.SiteOf(platform, site, null).Id);
        return Shape(platform, site);
    }

    private static IResult Remove(long id, Platform platform) => platform.Faults.Remove(id)
        ? Shape(platform, null)
        : throw new CallRefusedException(
            StatusCodes.Status404NotFound, string.Create(CultureInfo.InvariantCulture, $"There is no fault {id}, or it is over."));
}
