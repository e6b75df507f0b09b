namespace ForgeOrleans.Api.Endpoints;

/// <summary>What calls an endpoint. It decides how long a handler may take (contract section 1).</summary>
public enum EndpointKind
{
    /// <summary>A frontend or a function, with <c>invokeRemote</c> or <c>requestRemote</c>: 25 s, answered after 24.</summary>
    Invocation,

    /// <summary>A product event: 5 s, answered after 4.5.</summary>
    Event,

    /// <summary>A lifecycle event: 5 s, answered after 4.5.</summary>
    Lifecycle,

    /// <summary>A scheduled trigger: 5 s, answered after 4.5.</summary>
    ScheduledTrigger,

    /// <summary>The call before an uninstall: 55 s, answered after 54.</summary>
    PreUninstall,

    /// <summary>A web trigger: 55 s, answered after 54.</summary>
    WebTrigger,

    /// <summary>Any other module that names an endpoint, such as an action or a workflow post function: 55 s, answered after 54.</summary>
    Other,

    /// <summary>A hook of a data-residency realm migration: 55 s, answered after 54.</summary>
    RealmMigration,
}

internal static class EndpointDeadlines
{
    /// <summary>How long after its arrival a request of this kind is answered at the latest: before the platform gives up.</summary>
    public static TimeSpan Deadline(this EndpointKind kind) => kind switch
    {
        EndpointKind.Invocation => TimeSpan.FromSeconds(24),
        EndpointKind.Event or EndpointKind.Lifecycle or EndpointKind.ScheduledTrigger => TimeSpan.FromSeconds(4.5),
        _ => TimeSpan.FromSeconds(54),
    };
}
