using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary><c>GET /app</c>: what the emulator has read in the manifest.</summary>
internal static class AppRoutes
{
    public static void MapApp(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/app", (Platform platform) => Results.Json(AppReport.Of(platform)))
            .Described("App", "The app, as the manifest has it").Produces<AppReport>();
}

/// <summary>The app that the emulator plays the platform for.</summary>
/// <param name="AppId">Its id.</param>
/// <param name="AppVersion">The version that sites have unless they were upgraded.</param>
/// <param name="Environment">The type of its environment.</param>
/// <param name="Wording">Whose messages rejected calls have: <c>today</c> or <c>seed</c>, the older ones.</param>
/// <param name="Remotes">Its remotes.</param>
/// <param name="Modules">Its modules with a user interface.</param>
/// <param name="Events">The events that its triggers name.</param>
/// <param name="Triggers">Its triggers.</param>
/// <param name="ScheduledTriggers">Its scheduled triggers.</param>
/// <param name="WebTriggers">Its web triggers.</param>
/// <param name="PreUninstalls">Its pre-uninstall hooks.</param>
/// <param name="Scopes">The scopes that it asks for.</param>
internal sealed record AppReport(
    string AppId,
    string AppVersion,
    string Environment,
    string Wording,
    IReadOnlyList<AppRemote> Remotes,
    IReadOnlyList<AppFrontend> Modules,
    IReadOnlyList<string> Events,
    IReadOnlyList<AppTrigger> Triggers,
    IReadOnlyList<AppSchedule> ScheduledTriggers,
    IReadOnlyList<AppModuleKey> WebTriggers,
    IReadOnlyList<AppModuleKey> PreUninstalls,
    IReadOnlyList<string> Scopes)
{
    public static AppReport Of(Platform platform)
    {
        var manifest = platform.Manifest;
        return new AppReport(
            manifest.AppId,
            platform.AppVersion,
            platform.EnvironmentType,
            platform.Wording is Emulator.Wording.Seed ? "seed" : "today",
            [.. manifest.Remotes.Select(remote => new AppRemote(remote.Key, platform.AddressOf(remote)?.ToString()))],
            [.. manifest.UiModules.Select(AppFrontend.Of)],
            [.. manifest.Triggers.SelectMany(trigger => trigger.Events).Distinct()],
            [.. manifest.Triggers.Select(trigger => new AppTrigger(trigger.Key, trigger.Events))],
            [.. manifest.ScheduledTriggers.Select(trigger => new AppSchedule(trigger.Key, trigger.Interval))],
            [.. manifest.WebTriggers.Select(trigger => new AppModuleKey(trigger.Key))],
            [.. manifest.PreUninstalls.Select(hook => new AppModuleKey(hook.Key))],
            [.. manifest.Scopes.Select(scope => scope.Name)]);
    }
}

/// <summary>A remote of the app.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Url">Where it is; null when nobody has said.</param>
internal sealed record AppRemote(string Key, string? Url);

/// <summary>A module with a user interface.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Type">Its type, such as <c>jira:projectPage</c>.</param>
/// <param name="Title">Its title.</param>
/// <param name="Product">The product that shows it.</param>
/// <param name="Resource">The resource with its files.</param>
/// <param name="Resolver">The endpoint that its <c>invokeRemote</c> goes to; null when a function is its resolver.</param>
internal sealed record AppFrontend(string Key, string Type, string? Title, string Product, string? Resource, string? Resolver)
{
    public static AppFrontend Of(UiModule module) => new(
        module.Key, module.Type, module.Title, AppModule.ProductOf(module.Type), module.ResourceKey, module.ResolverEndpointKey);
}

/// <summary>A trigger.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Events">The events that it names.</param>
internal sealed record AppTrigger(string Key, IReadOnlyList<string> Events);

/// <summary>A scheduled trigger.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Interval"><c>fiveMinute</c>, <c>hour</c>, <c>day</c> or <c>week</c>.</param>
internal sealed record AppSchedule(string Key, string Interval);

/// <summary>A module that is only named.</summary>
/// <param name="Key">Its key.</param>
internal sealed record AppModuleKey(string Key);
