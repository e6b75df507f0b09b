using System.Diagnostics.CodeAnalysis;
using ForgeOrleans.Api.Deliveries;
using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Api.RealmMigrations;
using ForgeOrleans.Invocations;
using ForgeOrleans.RealmMigrations;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

// Where C# developers find every other Map… method.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the hooks of a realm migration.</summary>
public static class ForgeRealmMigrations
{
    /// <summary>
    /// Maps the hooks of a data-residency realm migration (contract section 9) below a path. They call the app's <see cref="IRealmMigration"/>, which is
    /// registered as a scoped service; without one they are answered <c>E0003</c>.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">The <c>path</c> of the module <c>migration:dataResidency</c> in the manifest.</param>
    /// <exception cref="ArgumentException">They are mapped already.</exception>
    public static IEndpointRouteBuilder MapForgeRealmMigration(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        RealmMigrationWork.AddTo(endpoints.ServiceProvider.GetRequiredService<DeferredHandlers>(), endpoints.ServiceProvider);
        Map(MigrationHook.Schedule, async (HttpRequest request, RealmMigrationHooks hooks, CancellationToken cancellationToken) =>
            RealmMigrationAnswer.Of(await hooks.ScheduleAsync(await RealmMigrationBody.ReadAsync(request, cancellationToken), cancellationToken)));
        Map(MigrationHook.Start, async (HttpRequest request, RealmMigrationHooks hooks, CancellationToken cancellationToken) =>
            RealmMigrationAnswer.Of(
                await hooks.StartAsync(await RealmMigrationBody.ReadAsync(request, cancellationToken), cancellationToken), StatusCodes.Status202Accepted));
        Map(MigrationHook.Status, async (HttpRequest request, RealmMigrationHooks hooks, CancellationToken cancellationToken) =>
            RealmMigrationAnswer.Of(
                await hooks.StatusAsync(request.Query["migrationId"] is [{ Length: > 0 } id] ? RealmMigrationBody.Id(id) : null, cancellationToken),
                hooks.Unknown));
        Map(MigrationHook.Commit, async (HttpRequest request, RealmMigrationHooks hooks, CancellationToken cancellationToken) =>
            RealmMigrationAnswer.Of(await hooks.CommitAsync(await RealmMigrationBody.ReadIdAsync(request, cancellationToken), cancellationToken)));
        Map(MigrationHook.Rollback, async (HttpRequest request, RealmMigrationHooks hooks, CancellationToken cancellationToken) =>
            RealmMigrationAnswer.Of(
                await hooks.RollBackAsync(await RealmMigrationBody.ReadIdAsync(request, cancellationToken), cancellationToken), StatusCodes.Status202Accepted));
        return endpoints;

        void Map(MigrationHook hook, Delegate handler) =>
            endpoints.MapForgeEndpoint(EndpointKind.RealmMigration, hook.Method, $"{path.TrimEnd('/')}/{hook.Name}", handler)
                .AddEndpointFilter(RefuseFrontendsAsync);
    }

    private static ValueTask<object?> RefuseFrontendsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var services = context.HttpContext.RequestServices;
        services.GetRequiredService<PlatformCalls>().Demand(services.GetRequiredService<ForgeInvocation>());
        return next(context);
    }
}
