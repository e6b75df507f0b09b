using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Admin;

/// <summary>The operators' API: <c>docs/admin.md</c>.</summary>
internal static class AdminRoutes
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ManyChanges = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WholeSite = TimeSpan.FromHours(1);

    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddSingleton<AdminKey>();
        services.AddSingleton<WrongTries>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<InstallationViews>();
        services.AddSingleton<InstallationRoutes>();
        services.AddSingleton<DeadLetterRoutes>();
        services.AddSingleton<ScheduleRoutes>();
        services.AddSingleton<LimitRoutes>();
        services.AddSingleton<LifeRoutes>();
        services.AddSingleton<AuditRoutes>();
    }

    public static void MapAdmin(this IEndpointRouteBuilder endpoints)
    {
        const string installations = "/admin/installations";
        const string installation = $"{installations}/{{id}}";
        const string deadLetters = $"{installation}/dead-letters";
        endpoints.Map<InstallationRoutes>("GET", installations, (routes, context) => routes.ListAsync(context), Usual);
        endpoints.Map<InstallationRoutes>("GET", installation, (routes, context) => routes.ShowAsync(context), Usual);
        endpoints.Map<LifeRoutes>("DELETE", installation, (routes, context) => routes.EraseAsync(context), ManyChanges);
        endpoints.Map<LifeRoutes>("POST", $"{installation}/export", (routes, context) => routes.ExportAsync(context), WholeSite);
        endpoints.Map<LifeRoutes>("POST", $"{installation}/adopt", (routes, context) => routes.AdoptAsync(context), ManyChanges);
        endpoints.Map<DeadLetterRoutes>("GET", deadLetters, (routes, context) => routes.ListAsync(context), Usual);
        endpoints.Map<DeadLetterRoutes>("POST", $"{deadLetters}/replay", (routes, context) => routes.ReplayAllAsync(context), ManyChanges);
        endpoints.Map<DeadLetterRoutes>("POST", $"{deadLetters}/{{itemId}}/replay", (routes, context) => routes.ReplayAsync(context), Usual);
        endpoints.Map<DeadLetterRoutes>("DELETE", $"{deadLetters}/{{itemId}}", (routes, context) => routes.DeleteAsync(context), Usual);
        endpoints.Map<ScheduleRoutes>("DELETE", $"{installation}/schedules/{{name}}", (routes, context) => routes.DeleteAsync(context), Usual);
        endpoints.Map<LimitRoutes>("GET", $"{installation}/limits", (routes, context) => routes.ListAsync(context), Usual);
        endpoints.Map<AuditRoutes>("GET", "/admin/audit", (routes, context) => routes.ListAsync(context), Usual);
    }

    // Not with handlers of the kind that bind and write by themselves: a vendor's options for those do not change what operators see.
    private static void Map<T>(this IEndpointRouteBuilder endpoints, string method, string path, Func<T, HttpContext, Task> serve, TimeSpan limit) where T : class
    {
        RequestDelegate handler = context => serve(context.RequestServices.GetRequiredService<T>(), context);
        endpoints.MapMethods(path, [method], handler).WithMetadata(new AdminRoute(limit)).AllowAnonymous();
    }
}
