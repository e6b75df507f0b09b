using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary><c>POST /triggers</c>: fires a scheduled trigger at once.</summary>
internal static class TriggerRoutes
{
    public static void MapTriggers(this IEndpointRouteBuilder routes) => routes.MapPost("/triggers", Fire)
        .Described(DeliveryRoutes.Tag, "Fires a scheduled trigger at once")
        .Produces<DeliveryList>(202)
        .Refuses(400, 404, 409, 422);

    private static IResult Fire(TriggerRequest request, Platform platform, Courier courier)
    {
        request.Check();
        var site = Caller.InstalledSite(platform, request.Site);
        var triggers = platform.Manifest.ScheduledTriggers;
        var trigger = triggers.FirstOrDefault(trigger => trigger.Key == request.Trigger) ?? throw new CallRefusedException(
            StatusCodes.Status404NotFound,
            $"The manifest has no scheduledTrigger \"{request.Trigger}\" with an endpoint; "
            + $"its triggers: {string.Join(", ", triggers.Select(known => known.Key))}.");
        var wishes = request with { Retries = request.Retries ?? platform.TriggerRetries, Duplicate = request.Duplicate ?? false };
        return DeliveryRoutes.Begun(courier.Send(ModuleCall.Of(platform, trigger, site), wishes));
    }
}

/// <summary>Which trigger fires, where.</summary>
internal sealed record TriggerRequest : DeliveryWishes
{
    public string? Site { get; init; }

    public string? Trigger { get; init; }
}
