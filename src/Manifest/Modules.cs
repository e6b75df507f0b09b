namespace ForgeOrleans.Manifest;

/// <summary>Events delivered to an endpoint.</summary>
/// <param name="Key">The module's key.</param>
/// <param name="EndpointKey">The endpoint.</param>
/// <param name="Events">The event types, such as <c>avi:jira:updated:issue</c>.</param>
public sealed record TriggerModule(string Key, string EndpointKey, IReadOnlyList<string> Events);

/// <summary>A schedule delivered to an endpoint.</summary>
/// <param name="Key">The module's key.</param>
/// <param name="EndpointKey">The endpoint.</param>
/// <param name="Interval"><c>fiveMinute</c>, <c>hour</c>, <c>day</c> or <c>week</c>.</param>
public sealed record ScheduledTriggerModule(string Key, string EndpointKey, string Interval);

/// <summary>The hook that runs before an uninstall.</summary>
/// <param name="Key">The module's key.</param>
/// <param name="EndpointKey">The endpoint.</param>
public sealed record PreUninstallModule(string Key, string EndpointKey);

/// <summary>A URL that anyone can call.</summary>
/// <param name="Key">The module's key.</param>
/// <param name="EndpointKey">The endpoint.</param>
public sealed record WebTriggerModule(string Key, string EndpointKey);

/// <summary>The hooks of a data-residency realm migration.</summary>
/// <param name="Key">The module's key.</param>
/// <param name="RemoteKey">The remote that has the hooks.</param>
/// <param name="Path">The path they are below.</param>
/// <param name="MaxMigrationDurationHours">How long a migration may take.</param>
public sealed record DataResidencyModule(string Key, string RemoteKey, string? Path, double MaxMigrationDurationHours);

/// <summary>A module with a user interface.</summary>
/// <param name="Type">The module's type, such as <c>jira:projectPage</c> or <c>macro</c>.</param>
/// <param name="Key">The module's key.</param>
/// <param name="ResourceKey">The resource with its files.</param>
/// <param name="ResolverEndpointKey">The endpoint that its <c>invokeRemote</c> goes to; null when a function is its resolver.</param>
public sealed record UiModule(string Type, string Key, string? ResourceKey, string? ResolverEndpointKey)
{
    /// <summary>What the product calls it; null when the manifest does not say, or says it by language.</summary>
    public string? Title { get; init; }

    /// <summary>Whether it is made with UI Kit (<c>render: native</c>) and has no page of its own.</summary>
    public bool IsNative { get; init; }
}

/// <summary>Another module that names an endpoint.</summary>
/// <param name="Type">The module's type.</param>
/// <param name="Key">The module's key.</param>
/// <param name="EndpointKey">The endpoint.</param>
public sealed record OtherModule(string Type, string Key, string EndpointKey);

/// <summary>A folder of static files.</summary>
/// <param name="Key">The key by which modules name it.</param>
/// <param name="Path">The folder, relative to the manifest.</param>
public sealed record Resource(string Key, string Path);

/// <summary>A scope that the app asks for.</summary>
/// <param name="Name">The scope, such as <c>read:jira-work</c>.</param>
/// <param name="AllowImpersonation">Whether the app may use it as a user who isn't in session.</param>
public sealed record Scope(string Name, bool AllowImpersonation);
