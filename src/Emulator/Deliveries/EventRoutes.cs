using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Bridge;
using ForgeOrleans.Emulator.Hosting;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary><c>POST /events</c>: something happens in a product of a site, and every trigger module that names it is told.</summary>
internal static class EventRoutes
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapPost("/events", Send)
        .Described(DeliveryRoutes.Tag, "Something happens in a product: the event is delivered to every trigger that names it")
        .Produces<DeliveryList>(202)
        .Refuses(400, 404, 409, 413, 422);

    /// <summary>The parcels of an event: one for every trigger module that names it.</summary>
    public static IEnumerable<Parcel> Parcels(Platform platform, DeliveryKind kind, string eventType, Site site, string body) =>
        platform.Manifest.Triggers
            .Where(trigger => trigger.Events.Contains(eventType))
            .Select(trigger => Parcel.For(platform, kind, eventType, trigger.Key, trigger.EndpointKey, site) with { Body = body });

    private static IResult Send(EventRequest request, Platform platform, Courier courier)
    {
        request.Check();
        var site = Caller.InstalledSite(platform, request.Site);
        var eventType = EventType(request, platform);
        var body = Body(request.Payload ?? [], eventType);
        var parcels = Numbered(body, request.Count)
            .SelectMany(text => Parcels(platform, DeliveryKind.Event, eventType, site, text))
            .ToList();
        return DeliveryRoutes.Begun([.. parcels.SelectMany(parcel => courier.Send(parcel, request))]);
    }

    private static string EventType(EventRequest request, Platform platform)
    {
        var known = platform.Manifest.Triggers.SelectMany(trigger => trigger.Events).Distinct().ToList();
        return request.Event is { } named && known.Contains(named) ? named : throw new CallRefusedException(
            StatusCodes.Status404NotFound,
            $"No trigger with an endpoint in the manifest names the event \"{request.Event}\"; the events: {string.Join(", ", known)}.");
    }

    /// <summary>The payload with the event's type, unless it names another or, with null, none.</summary>
    private static string Body(JsonObject payload, string eventType)
    {
        var body = new JsonObject { ["eventType"] = eventType };
        foreach (var (name, value) in payload)
        {
            body[name] = value?.DeepClone();
        }

        if (body["eventType"] is null)
        {
            body.Remove("eventType");
        }

        var text = body.ToJsonString();
        return Encoding.UTF8.GetByteCount(text) <= PlatformLimits.EventBytes ? text : throw new CallRefusedException(
            StatusCodes.Status413PayloadTooLarge,
            $"An event of more than {PlatformLimits.EventBytes / 1024} KB is never delivered: make the payload smaller.");
    }

    private static IEnumerable<string> Numbered(string body, int count) => Enumerable.Range(1, count)
        .Select(number => body.Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}

/// <summary>What happens, where.</summary>
internal sealed record EventRequest : DeliveryWishes
{
    public string? Site { get; init; }

    public string? Event { get; init; }

    public JsonObject? Payload { get; init; }

    /// <summary>How many such events happen; <c>{n}</c> in a text of the payload is the number of each.</summary>
    public int Count { get; init; } = 1;

    public override void Check()
    {
        base.Check();
        Refuse(Count is not (>= 1 and <= DeliveryFeed.Capacity), $"count is from 1 to {DeliveryFeed.Capacity}.");
    }
}
