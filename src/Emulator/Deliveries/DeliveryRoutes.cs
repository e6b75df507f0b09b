using System.ComponentModel;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>What has been delivered, and what is to go wrong with it.</summary>
internal static class DeliveryRoutes
{
    /// <summary>The heading of the routes of deliveries.</summary>
    public const string Tag = "Delivering to the remote";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/deliveries", List)
            .Described(Tag, "The last 1,000 deliveries, oldest first").Produces<DeliveryList>().Refuses(400, 404);
        routes.MapGet("/deliveries/{id:long}", GetAsync)
            .Described(Tag, "A delivery, as soon as its outcome is known").Produces<DeliveryReport>().Refuses(400, 404);
        routes.MapGet("/disturbances", (Platform platform) => Results.Json(Shape(platform.Disturbances)))
            .Described(Tag, "What goes wrong with deliveries by chance").Produces<DisturbanceReport>();
        routes.MapPost("/disturbances", Disturb)
            .Described(Tag, "Changes what goes wrong with deliveries by chance").Produces<DisturbanceReport>().Refuses(400);
    }

    /// <summary>What a request that began deliveries is answered with.</summary>
    public static IResult Begun(IEnumerable<Delivery> deliveries) =>
        Results.Json(new DeliveryList(deliveries.Select(delivery => delivery.Report())), statusCode: StatusCodes.Status202Accepted);

    private static IResult List(
        Platform platform,
        DeliveryFeed feed,
        [Description("The id of the only site.")] string? site,
        [Description("event, lifecycle, trigger, preUninstall or webTrigger.")] string? kind,
        [Description("Those with ids above this.")] long after = 0)
    {
        var wanted = kind is null ? null : KindOf(kind);
        var chosen = site is null ? null : Caller.SiteOf(platform, site, null);
        var deliveries = feed.After(after)
            .Where(delivery => chosen is null || delivery.Parcel.Sender.Site.Id == chosen.Id)
            .Where(delivery => wanted is null || delivery.Parcel.Kind == wanted)
            .Select(delivery => delivery.Report());
        return Results.Json(new DeliveryList(deliveries));
    }

    private static DeliveryKind? KindOf(string name) =>
        Enum.TryParse<DeliveryKind>(name, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : throw new CallRefusedException(
            StatusCodes.Status400BadRequest, $"kind is event, lifecycle, trigger, preUninstall or webTrigger, not \"{name}\".");

    private static async Task<IResult> GetAsync(
        [Description("The delivery's id.")] long id,
        DeliveryFeed feed,
        CancellationToken ct,
        [Description("How many seconds to wait for the outcome, at most 60.")] double wait = 0)
    {
        var delivery = feed.Find(id) ?? throw new CallRefusedException(
            StatusCodes.Status404NotFound, $"There is no delivery {id} among the last {DeliveryFeed.Capacity}.");
        if (wait is not (>= 0 and <= 60))
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, $"wait is from 0 to {LongestWait.TotalSeconds} seconds.");
        }

        // By the machine's clock: whoever waits does so in front of a screen or in a test.
        await Task.WhenAny(delivery.Settled, Task.Delay(TimeSpan.FromSeconds(wait), ct));
        ct.ThrowIfCancellationRequested();
        return Results.Json(delivery.Report());
    }

    private static IResult Disturb(DisturbanceRequest request, Platform platform)
    {
        var now = platform.Disturbances;
        try
        {
            platform.Disturbances = new Disturbances
            {
                Duplicates = request.Duplicates ?? now.Duplicates,
                TriggerDuplicates = request.TriggerDuplicates ?? now.TriggerDuplicates,
                Reorder = request.Reorder is { } seconds ? TimeSpan.FromSeconds(seconds) : now.Reorder,
                Seed = request.Seed ?? now.Seed,
            }.Checked();
        }
        catch (Exception problem) when (problem is EmulatorException or OverflowException)
        {
            throw new CallRefusedException(StatusCodes.Status400BadRequest, problem.Message);
        }

        return Results.Json(Shape(platform.Disturbances));
    }

    private static DisturbanceReport Shape(Disturbances now) =>
        new(now.Duplicates, now.TriggerDuplicates, now.Reorder.TotalSeconds, now.Seed);
}

/// <summary>What goes wrong with deliveries by chance.</summary>
/// <param name="Duplicates">The share of events and lifecycle events that come twice.</param>
/// <param name="TriggerDuplicates">The share of a schedule's runs that come twice.</param>
/// <param name="Reorder">How many platform seconds late a delivery may be.</param>
/// <param name="Seed">What chance depends on.</param>
internal sealed record DisturbanceReport(double Duplicates, double TriggerDuplicates, double Reorder, int Seed);

/// <summary>What is to go wrong from now on; what isn't named stays.</summary>
internal sealed record DisturbanceRequest(double? Duplicates, double? TriggerDuplicates, double? Reorder, int? Seed);
