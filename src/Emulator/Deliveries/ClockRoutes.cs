using ForgeOrleans.Emulator.Hosting;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>The platform's time: told, scaled and jumped.</summary>
internal static class ClockRoutes
{
    private const string Tag = "Time";

    public static void MapClock(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/clock", (PlatformTime time) => Results.Json(time.Report()))
            .Described(Tag, "What time it is on the platform").Produces<ClockReport>();
        routes.MapPost("/clock", Change)
            .Described(Tag, "Lets the platform's time pass faster, or jump; all that waits follows at once").Produces<ClockReport>().Refuses(400);
    }

    private static IResult Change(ClockChange change, PlatformTime time)
    {
        try
        {
            return Results.Json(time.Change(change.Scale, change.Jump is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
        }
        catch (Exception problem) when (problem is EmulatorException or OverflowException or ArgumentException)
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, problem.Message);
        }
    }
}

/// <summary>How time passes from now on; what isn't named stays.</summary>
/// <param name="Scale">Platform seconds in a second, from 1 to 10,000.</param>
/// <param name="Jump">Platform seconds that pass at once.</param>
internal sealed record ClockChange(double? Scale, double? Jump);
