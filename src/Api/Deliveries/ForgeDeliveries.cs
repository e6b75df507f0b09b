using System.Diagnostics.CodeAnalysis;
using ForgeOrleans.Api.Deliveries;
using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

// Where C# developers find every other Map… method.
namespace Microsoft.AspNetCore.Builder;

/// <summary>
/// Maps handlers of work: of what the platform delivers within 5 seconds and promises at least once, and of what the app gives itself. A delivery is
/// stored and answered 202; its handler runs later, in whichever process has the site's work, and is tried again when it fails.
/// </summary>
/// <remarks>
/// A handler of work takes its run (<see cref="ProductEvent"/>, <see cref="TriggerRun"/>, <see cref="LifecycleEvent"/>, <see cref="JobRun"/>), and any of the site's
/// handles (<c>SiteState</c>, <c>SiteWork</c>, <c>JiraApi</c>, …), the application's services, a <see cref="CancellationToken"/>, and the type of its payload.
/// There is no HttpContext. It may run for hours; throwing means to be tried again, <see cref="PermanentFailureException"/> that this is useless, and
/// <see cref="RetryLaterException"/> when to try.
/// </remarks>
public static class ForgeDeliveries
{
    /// <summary>Maps a handler of product events (contract section 7). Several events may share a path.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">The endpoint's <c>route.path</c> in the manifest.</param>
    /// <param name="eventType">The event, such as <c>avi:jira:updated:issue</c>; <c>*</c> for all that no other handler of this path takes.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">This event has a handler at this path already, or the handler has a parameter that nothing provides.</exception>
    public static IEndpointRouteBuilder MapForgeEvent(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string path, string eventType, Delegate handler)
    {
        endpoints.ServiceProvider.GetRequiredService<DeliveryRoutes>().AddEvent(endpoints, path, eventType, handler);
        return endpoints;
    }

    /// <summary>Maps the handler of a scheduled trigger (contract section 10).</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="key">The trigger's key in the manifest.</param>
    /// <param name="path">The endpoint's <c>route.path</c> in the manifest.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">This trigger has a handler already, or the handler has a parameter that nothing provides.</exception>
    public static IEndpointRouteBuilder MapForgeScheduledTrigger(
        this IEndpointRouteBuilder endpoints, string key, [StringSyntax("Route")] string path, Delegate handler)
    {
        endpoints.ServiceProvider.GetRequiredService<DeliveryRoutes>().AddTrigger(endpoints, path, key, handler);
        return endpoints;
    }

    /// <summary>
    /// Maps the handler of what changes in the life of an installation (contract section 8): the lifecycle events that are delivered to this path, and
    /// what the remote finds out by itself, such as an uninstall.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">The <c>route.path</c> of the endpoint that the lifecycle events' trigger names in the manifest.</param>
    /// <param name="handler">The handler; it takes a <see cref="LifecycleEvent"/>, whose <see cref="LifecycleEvent.Change"/> says what has changed.</param>
    /// <exception cref="ArgumentException">There is such a handler already, or it has a parameter that nothing provides.</exception>
    public static IEndpointRouteBuilder MapForgeLifecycle(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string path, Delegate handler)
    {
        endpoints.ServiceProvider.GetRequiredService<DeliveryRoutes>().AddLifecycle(endpoints, path, handler);
        return endpoints;
    }

    /// <summary>
    /// Maps the call before an uninstall (contract section 1). When it has been served, well or not, the site's work stops, handlers mapped with
    /// <see cref="MapForgeLifecycle"/> are told <see cref="LifecycleChange.Uninstalled"/>, and after <c>Forge:Lifecycle:RetentionDays</c> its data is erased.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">The <c>route.path</c> of the endpoint that the module <c>preUninstall</c> names in the manifest.</param>
    /// <param name="handler">
    /// What to do while the app is still there; nothing when it is null. Its parameters are bound as in <c>MapForgeInvocation</c>. It has 54 seconds; product
    /// calls may fail already, and the uninstall waits for nobody. What may take longer belongs into a lifecycle handler.
    /// </param>
    public static RouteHandlerBuilder MapForgePreUninstall(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string path, Delegate? handler = null)
    {
        var endpoint = endpoints.MapForgeEndpoint(EndpointKind.PreUninstall, "POST", path, handler ?? Results.NoContent);
        endpoint.Add(built =>
        {
            var next = built.RequestDelegate!;
            built.RequestDelegate = context => PreUninstall.RunAsync(context, next);
        });
        return endpoint;
    }

    /// <summary>Maps the handler of a job that the app gives itself with <see cref="SiteWork"/>, or that a schedule starts.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="job">The job's name.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">This job has a handler already, or the handler has a parameter that nothing provides.</exception>
    public static IEndpointRouteBuilder MapForgeJob(this IEndpointRouteBuilder endpoints, string job, Delegate handler)
    {
        endpoints.ServiceProvider.GetRequiredService<DeferredHandlers>().Add(WorkKind.Job, null, job, handler, endpoints.ServiceProvider);
        return endpoints;
    }
}
