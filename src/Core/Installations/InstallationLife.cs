using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Installations;

/// <summary>Where an installation stands in its life, and how it came there (contract section 8).</summary>
/// <remarks>
/// <code>
/// Installed ─→ Active ─→ Uninstalled ─→ Erased
///     ↑          ↑ returned ┘ │           │
///     └──────────┴────────────┴─ anew ────┘
/// </code>
/// An operator can erase from everywhere.
/// </remarks>
public sealed record InstallationLife
{
    /// <summary>Where it stands.</summary>
    public LifeState State { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Why.</summary>
    public LifeCause Cause { get; init; }

    /// <summary>When the app was installed, as the platform said, or else when it first called. Null where it called before this was noted.</summary>
    public DateTimeOffset? InstalledAt { get; init; }

    /// <summary>When a verified invocation last came. Up to an hour old after a restart.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Since when the site's products refuse the app, or know no such site; null while they do not.</summary>
    public DateTimeOffset? RefusedSince { get; init; }

    /// <summary>The status with which they do.</summary>
    public int? RefusedStatus { get; init; }

    /// <summary>
    /// When the platform said that it is about to uninstall the app; null when nothing has come of it, or it has been done. Should the process be lost that serves
    /// that call, it counts as done after a quarter of an hour without another call.
    /// </summary>
    public DateTimeOffset? UninstallAnnouncedAt { get; init; }

    /// <summary>When the data of an installation that was uninstalled will be erased; null otherwise.</summary>
    public DateTimeOffset? EraseAt { get; init; }

    /// <summary>When it was last decided to erase its data. Nothing that was issued before is ever stored again, and it stays known after the installation has begun anew.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>The erasure has been decided and is not complete.</summary>
    public bool IsErasing { get; init; }

    /// <summary>Installations that the same sites had of the same app when this one first called, the last one first.</summary>
    public IReadOnlyList<string> Former { get; init => field = value ?? []; } = [];

    /// <summary>Installations that the same sites had after this one, the last one first; told only to who asks (<see cref="LifeRequest.WithLater"/>).</summary>
    public IReadOnlyList<string> Later { get; init => field = value ?? []; } = [];

    /// <summary>The adoption of a former installation's data, if one was decided.</summary>
    public Adoption? Adoption { get; init; }

    /// <summary>What a newer version of this program has stored beside these, kept as it is.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>The states of an installation's life. More may come.</summary>
public enum LifeState
{
    /// <summary>Just installed: the platform is still granting the app its access (contract section 6).</summary>
    Installed,

    /// <summary>The app is in use.</summary>
    Active,

    /// <summary>The app was uninstalled, or seems to be. Nothing runs; the data is kept until <see cref="InstallationLife.EraseAt"/>.</summary>
    Uninstalled,

    /// <summary>The data was erased. Only this record is left.</summary>
    Erased,
}

/// <summary>Why an installation is in its state. More may come.</summary>
public enum LifeCause
{
    /// <summary>It called for the first time.</summary>
    FirstCall,

    /// <summary>The platform said that it was installed.</summary>
    InstalledEvent,

    /// <summary>Some time has passed since it was installed.</summary>
    AccessGranted,

    /// <summary>The platform called before it uninstalled the app.</summary>
    PreUninstall,

    /// <summary>Its products refuse the app, and the platform has not called for long.</summary>
    Inferred,

    /// <summary>An operator decided it.</summary>
    Operator,

    /// <summary>It called again.</summary>
    Returned,

    /// <summary>The time is over for which the data of an uninstalled app is kept.</summary>
    Retention,
}

/// <summary>The taking over of a former installation's documents.</summary>
/// <param name="From">The former installation's uuid.</param>
/// <param name="DecidedAt">When it was decided.</param>
/// <param name="IsComplete">All is copied.</param>
/// <param name="Copied">How many documents were.</param>
/// <param name="Kept">How many were not, because this installation had one of the same name.</param>
public sealed record Adoption(string From, DateTimeOffset DecidedAt, bool IsComplete = false, long Copied = 0, long Kept = 0);
