namespace ForgeOrleans.Verification.Playing;

/// <summary>How the platform comes in.</summary>
internal enum DoorKind
{
    /// <summary>A call of a frontend or a function.</summary>
    Invocation,

    /// <summary>A product event.</summary>
    Event,

    /// <summary><c>installed</c> or <c>upgraded</c>.</summary>
    Lifecycle,

    ScheduledTrigger,

    PreUninstall,

    WebTrigger,

    /// <summary>A hook of a data-residency realm migration.</summary>
    Migration,

    /// <summary>Any other module that names an endpoint; what is in its body, only the module's documentation says.</summary>
    Other,
}
