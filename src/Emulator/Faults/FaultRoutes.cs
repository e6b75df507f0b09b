using System.ComponentModel;
using System.Globalization;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Faults;

/// <summary>Faults, switched on and off while the emulator runs.</summary>
internal static class FaultRoutes
{
    private const string Tag = "Faults";

    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/faults", (Platform platform, [Description("The id of the only site.")] string? site) => Shape(platform, site))
            .Described(Tag, "The faults that are on").Produces<FaultList>().Refuses(404);
        routes.MapPost("/faults", Add)
            .Described(Tag, "Lets something go wrong with product calls from now on").Produces<Fault>(201).Refuses(400, 404);
        routes.MapDelete("/faults", Clear)
            .Described(Tag, "Ends all faults, or those of one site").Produces<FaultList>().Refuses(404);
        routes.MapDelete("/faults/{id:long}", Remove)
            .Described(Tag, "Ends a fault").Produces<FaultList>().Refuses(404);
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

    private static IResult Clear(Platform platform, [Description("The id of the only site.")] string? site)
    {
        platform.Faults.Clear(site is null ? null : Caller.SiteOf(platform, site, null).Id);
        return Shape(platform, site);
    }

    private static IResult Remove([Description("The fault's id.")] long id, Platform platform) => platform.Faults.Remove(id)
        ? Shape(platform, null)
        : throw new CallRefusedException(
            StatusCodes.Status404NotFound, string.Create(CultureInfo.InvariantCulture, $"There is no fault {id}, or it is over."));
}
