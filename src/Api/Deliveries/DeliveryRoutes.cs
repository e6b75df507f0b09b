using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>Which paths the platform delivers work to. Several handlers may share one: its endpoint is mapped once.</summary>
internal sealed class DeliveryRoutes(DeferredHandlers handlers)
{
    private readonly Dictionary<(IEndpointRouteBuilder, string), List<string>> _triggers = [];
    private readonly HashSet<(IEndpointRouteBuilder, string)> _events = [];

    private readonly HashSet<string> _lifecycles = [];

    public void AddEvent(IEndpointRouteBuilder endpoints, string path, string eventType, Delegate handler)
    {
        handlers.Add(WorkKind.Event, path, eventType, handler, endpoints.ServiceProvider);
        MapEvents(endpoints, path, EndpointKind.Event);
    }

    public void AddLifecycle(IEndpointRouteBuilder endpoints, string path, Delegate handler)
    {
        // Without a path: some changes are not delivered but found out.
        handlers.Add(WorkKind.Lifecycle, null, DeferredHandlers.Any, handler, endpoints.ServiceProvider);
        _lifecycles.Add(path);
        MapEvents(endpoints, path, EndpointKind.Lifecycle);
    }

    public void AddTrigger(IEndpointRouteBuilder endpoints, string path, string key, Delegate handler)
    {
        // A run is found by its trigger's key wherever it was delivered.
        handlers.Add(WorkKind.Trigger, null, key, handler, endpoints.ServiceProvider);
        if (_triggers.TryGetValue((endpoints, path), out var keys))
        {
            keys.Add(key);
            return;
        }
        _triggers[(endpoints, path)] = keys = [key];
        Map(endpoints, EndpointKind.ScheduledTrigger, path, new TriggerDelivery(path, keys).AcceptAsync);
    }

    public bool IsLifecycle(string path) => _lifecycles.Contains(path);

    private void MapEvents(IEndpointRouteBuilder endpoints, string path, EndpointKind kind)
    {
        if (_events.Add((endpoints, path)))
            Map(endpoints, kind, path, new EventDelivery(path, this).AcceptAsync);
    }

    private static void Map(IEndpointRouteBuilder endpoints, EndpointKind kind, string path, Delegate accept) =>
        endpoints.MapForgeEndpoint(kind, "POST", path, accept);
}
