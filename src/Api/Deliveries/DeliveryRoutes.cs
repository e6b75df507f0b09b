using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>Which paths the platform delivers work to. Several handlers may share one: its endpoint is mapped once.</summary>
internal sealed class DeliveryRoutes(DeferredHandlers handlers)
{
    private readonly Dictionary<string, DeliveredWork> _triggers = [];
    private readonly Dictionary<string, DeliveredWork> _events = [];
    private readonly HashSet<string> _lifecycles = [];

    public void AddEvent(IEndpointRouteBuilder endpoints, string path, string eventType, Delegate handler)
    {
        var normal = Normal(endpoints, path, _triggers);
        handlers.Add(WorkKind.Event, normal, eventType, handler, endpoints.ServiceProvider);
        EventsAt(endpoints, path, normal, EndpointKind.Event).Add(eventType);
    }

    public void AddLifecycle(IEndpointRouteBuilder endpoints, string path, Delegate handler)
    {
        var normal = Normal(endpoints, path, _triggers);
        // Without a path: some changes are not delivered but found out.
        handlers.Add(WorkKind.Lifecycle, null, DeferredHandlers.Any, handler, endpoints.ServiceProvider);
        _lifecycles.Add(normal);
        EventsAt(endpoints, path, normal, EndpointKind.Lifecycle).TakesLifecycle = true;
    }

    public void AddTrigger(IEndpointRouteBuilder endpoints, string path, string key, Delegate handler)
    {
        var normal = Normal(endpoints, path, _events);
        // A run is found by its trigger's key wherever it was delivered.
        handlers.Add(WorkKind.Trigger, null, key, handler, endpoints.ServiceProvider);
        if (!_triggers.TryGetValue(normal, out var work))
        {
            _triggers[normal] = work = new();
            Map(endpoints, EndpointKind.ScheduledTrigger, path, new TriggerDelivery(normal, work.Keys).AcceptAsync, work);
        }
        work.Add(key);
    }

    public bool IsLifecycle(string path) => _lifecycles.Contains(path);

    private DeliveredWork EventsAt(IEndpointRouteBuilder endpoints, string path, string normal, EndpointKind kind)
    {
        if (!_events.TryGetValue(normal, out var work))
        {
            _events[normal] = work = new();
            Map(endpoints, kind, path, new EventDelivery(normal, this).AcceptAsync, work);
        }
        return work;
    }

    // Work keeps its path for as long as it waits, and its handler is found by it; routing does not ask for the case either.
    private static string Normal(IEndpointRouteBuilder endpoints, string path, Dictionary<string, DeliveredWork> others)
    {
        if (endpoints is RouteGroupBuilder)
            throw new ArgumentException(
                $"What the platform delivers is mapped on the application and with the whole route.path, not in a group: '{path}' would lack the group's prefix.", nameof(endpoints));
        var normal = $"/{path.Trim('/').ToLowerInvariant()}";
        return others.ContainsKey(normal)
            ? throw new ArgumentException($"'{path}' cannot take both events and scheduled triggers. Give each an endpoint with a route.path of its own.", nameof(path))
            : normal;
    }

    private static void Map(IEndpointRouteBuilder endpoints, EndpointKind kind, string path, Delegate accept, DeliveredWork work) =>
        // There is nothing to validate: the body is read, and its limits kept, in DeliveredBody.
        endpoints.MapForgeEndpoint(kind, "POST", path, accept).WithMetadata(work).DisableValidation();
}
