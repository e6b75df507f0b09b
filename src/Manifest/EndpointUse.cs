namespace ForgeOrleans.Manifest;

/// <summary>A module that uses an endpoint.</summary>
/// <param name="Kind">How.</param>
/// <param name="ModuleType">The module's type, such as <c>jira:projectPage</c>.</param>
/// <param name="ModuleKey">The module's key.</param>
public sealed record EndpointUse(EndpointUseKind Kind, string ModuleType, string ModuleKey);

/// <summary>How a module uses an endpoint.</summary>
public enum EndpointUseKind
{
    /// <summary>As the resolver of a user interface: <c>invokeRemote</c> with the caller's method and path.</summary>
    Invocation,

    /// <summary>Product and lifecycle events.</summary>
    Trigger,

    /// <summary>A scheduled trigger.</summary>
    ScheduledTrigger,

    /// <summary>The hook before an uninstall.</summary>
    PreUninstall,

    /// <summary>A web trigger.</summary>
    WebTrigger,

    /// <summary>Anything else that names an endpoint.</summary>
    Other,
}
