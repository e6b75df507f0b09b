using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Api.Deliveries;
using ForgeOrleans.Api.RealmMigrations;
using ForgeOrleans.Api.WebTriggers;
using ForgeOrleans.Manifest;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace ForgeOrleans.Api.Endpoints;

/// <summary>
/// Compares the handlers with the manifest, both ways: what is declared and not handled fails for customers, what is handled and not
/// declared is never called.
/// </summary>
internal sealed class ManifestCheck(AppManifest manifest, ForgeOptions options, IReadOnlyList<ForgeEndpointMetadata> handlers)
{
    /// <summary>Names everything that doesn't match.</summary>
    public IEnumerable<string> Mismatches() =>
    [
        .. App(), .. Invocations(), .. Declared(), .. DeclaredWork(), .. DeclaredMigrations(), .. Handled(), .. HandledWork(), .. HandledMigrations(),
    ];

    // Those of this remote: an app may have others, and endpoints that are none of a remote's.
    private IEnumerable<EndpointModule> Endpoints => manifest.Endpoints.Where(
        endpoint => endpoint.RemoteKey is not null && (options.Remote is null || endpoint.RemoteKey == options.Remote));

    private IEnumerable<string> App()
    {
        if (options.Apps.All(app => !string.Equals(app.Id, manifest.AppId, StringComparison.OrdinalIgnoreCase)))
            yield return $"its app.id is {manifest.AppId}, which is none of those configured below Forge:Apps";
    }

    private IEnumerable<string> Invocations()
    {
        var hasResolver = Endpoints.Any(endpoint => endpoint.Uses.Any(use => use.Kind == EndpointUseKind.Invocation));
        var isMapped = handlers.Any(handler => handler.Kind == EndpointKind.Invocation);
        if (hasResolver && !isMapped)
            yield return "a UI module names an endpoint as its resolver, but no handler is mapped with MapForgeInvocation";
        if (isMapped && !hasResolver && !manifest.Remotes.Any(remote => remote.Operations.Any(operation => operation is "compute" or "fetch")))
            yield return "handlers are mapped with MapForgeInvocation, but nothing can call them: no UI module names an endpoint as its "
                + "resolver, and no remote has the operation 'compute' or 'fetch'";
    }

    private IEnumerable<string> Declared() =>
        from endpoint in Endpoints
        from use in endpoint.Uses
        where use.Kind != EndpointUseKind.Invocation && !handlers.Any(handler => Serves(handler, endpoint, use))
        select $"the {use.ModuleType} '{use.ModuleKey}' calls POST {endpoint.RoutePath ?? "/"} (endpoint '{endpoint.Key}', line {endpoint.Line}), "
            + "and no handler of that kind is mapped there";

    private IEnumerable<string> Handled() =>
        from handler in handlers
        where handler.Kind is not (EndpointKind.Invocation or EndpointKind.RealmMigration)
            && !Endpoints.Any(endpoint => endpoint.Uses.Any(use => Serves(handler, endpoint, use)))
        select $"the handler of the kind {handler.Kind} at {RoutePath(handler)} is called by nothing: no module of that kind names an endpoint whose "
            + "route.path leads there";

    // What of a kind a path takes is asked only where something of that kind is mapped: otherwise that alone is the mismatch.
    private IEnumerable<string> DeclaredWork() =>
        from endpoint in Endpoints
        from use in endpoint.Uses
        let serving = handlers.Where(handler => Serves(handler, endpoint, use)).ToList()
        where serving.Count > 0
        from key in WorkOf(endpoint, use)
        where !serving.Any(handler => handler.Work?.Takes(key) is not false)
        select use.Kind == EndpointUseKind.Trigger
            ? $"the trigger '{use.ModuleKey}' delivers the event '{key}' to {endpoint.RoutePath ?? "/"} (endpoint '{endpoint.Key}', line {endpoint.Line}), and "
                + "neither a handler of it nor one of '*' is mapped there with MapForgeEvent"
            : $"the scheduledTrigger '{key}' calls {endpoint.RoutePath ?? "/"} (endpoint '{endpoint.Key}', line {endpoint.Line}), and no handler with this "
                + "key is mapped there with MapForgeScheduledTrigger";

    private IEnumerable<string> HandledWork()
    {
        foreach (var handler in handlers.Where(handler => handler.Work is not null))
        {
            var declared = (
                from endpoint in Endpoints
                from use in endpoint.Uses
                where Serves(handler, endpoint, use)
                from key in WorkOf(endpoint, use)
                select key).ToHashSet();
            // Nothing calls the path at all: that is said already.
            if (declared.Count == 0)
                continue;
            foreach (var key in handler.Work!.Keys.Where(key => key != DeferredHandlers.Any && !declared.Contains(key)))
                yield return handler.Kind == EndpointKind.ScheduledTrigger
                    ? $"the handler of the scheduled trigger '{key}' at {handler.Path} is called by nothing: no scheduledTrigger has this key and names an endpoint with this route.path"
                    : $"the handler of the event '{key}' at {handler.Path} is called by nothing: no trigger whose endpoint has this route.path names this event";
            if (handler.Work.TakesLifecycle && !declared.Any(key => LifecycleTypes.ChangeOf(key) is not null))
                yield return $"the handler of lifecycle events at {handler.Path} is called by nothing: no trigger whose endpoint has this route.path names "
                    + $"{LifecycleTypes.Installed} or {LifecycleTypes.Upgraded}";
        }
    }

    private IEnumerable<string> WorkOf(EndpointModule endpoint, EndpointUse use) => use.Kind switch
    {
        EndpointUseKind.Trigger => manifest.Triggers.Where(trigger => trigger.Key == use.ModuleKey && trigger.EndpointKey == endpoint.Key).SelectMany(trigger => trigger.Events),
        EndpointUseKind.ScheduledTrigger => [use.ModuleKey],
        _ => [],
    };

    private IEnumerable<DataResidencyModule> Migrations =>
        manifest.DataResidencyMigrations.Where(module => options.Remote is null || module.RemoteKey == options.Remote);

    private IEnumerable<string> DeclaredMigrations() =>
        from module in Migrations
        let missing = MigrationHook.All.Where(hook => !handlers.Any(handler => Serves(handler, module, hook))).Select(hook => hook.Name).ToList()
        where missing.Count > 0
        select $"the migration:dataResidency '{module.Key}' calls {string.Join(", ", missing)} below {Below(module)}, and no handler is mapped there: "
            + $"call app.MapForgeRealmMigration(\"{Below(module)}\")";

    private IEnumerable<string> HandledMigrations() => handlers
        .Where(handler => handler.Kind == EndpointKind.RealmMigration
            && !Migrations.Any(module => MigrationHook.All.Any(hook => Serves(handler, module, hook))))
        .Select(handler => handler.Path[..Math.Max(0, handler.Path.TrimEnd('/').LastIndexOf('/'))])
        .Distinct()
        .Select(path => $"MapForgeRealmMigration(\"{(path is "" ? "/" : path)}\") is called by nothing: no module migration:dataResidency has this path");

    private static string Below(DataResidencyModule module) => "/" + (module.Path ?? "").Trim('/');

    private static bool Serves(ForgeEndpointMetadata handler, DataResidencyModule module, MigrationHook hook) =>
        handler.Kind == EndpointKind.RealmMigration
        && handler.Method == hook.Method
        && new TemplateMatcher(TemplateParser.Parse(handler.Path.TrimStart('/')), []).TryMatch($"{Below(module).TrimEnd('/')}/{hook.Name}", []);

    private static bool Serves(ForgeEndpointMetadata handler, EndpointModule endpoint, EndpointUse use) =>
        IsOfKind(handler.Kind, use.Kind)
        // The platform delivers by POST; only a web trigger may come with its caller's method (contract section 1).
        && (handler.Method == "POST" || handler.Kind == EndpointKind.WebTrigger)
        && new TemplateMatcher(TemplateParser.Parse(RoutePath(handler).TrimStart('/')), [])
            .TryMatch("/" + (endpoint.RoutePath ?? "").Trim('/'), []);

    // What callers of a web trigger add to its path is no part of the manifest's.
    private static string RoutePath(ForgeEndpointMetadata handler) =>
        handler.Kind == EndpointKind.WebTrigger && handler.Path.EndsWith(WebTriggerMetadata.UserPathPattern, StringComparison.Ordinal)
            ? "/" + handler.Path[..^WebTriggerMetadata.UserPathPattern.Length].TrimStart('/')
            : handler.Path;

    private static bool IsOfKind(EndpointKind handler, EndpointUseKind use) => use switch
    {
        EndpointUseKind.Trigger => handler is EndpointKind.Event or EndpointKind.Lifecycle,
        EndpointUseKind.ScheduledTrigger => handler == EndpointKind.ScheduledTrigger,
        EndpointUseKind.PreUninstall => handler == EndpointKind.PreUninstall,
        EndpointUseKind.WebTrigger => handler == EndpointKind.WebTrigger,
        EndpointUseKind.Other => handler == EndpointKind.Other,
        _ => handler == EndpointKind.Invocation,
    };
}
