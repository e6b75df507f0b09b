using ForgeOrleans.Work;

namespace ForgeOrleans.Installations;

/// <summary>Asks where an installation stands in its life.</summary>
/// <param name="WithLater">Look for <see cref="InstallationLife.Later"/> too.</param>
public sealed record LifeRequest(bool WithLater = false);

/// <summary>Something that the platform or an operator says of an installation's life.</summary>
/// <param name="Change">What: <see cref="LifecycleChange.Installed"/>, <see cref="LifecycleChange.Upgraded"/> or <see cref="LifecycleChange.Uninstalled"/>.</param>
/// <param name="At">When; of an event, when its token was issued.</param>
/// <param name="Cause">Who says so, of an uninstall.</param>
/// <param name="IsAnnounced">The app is about to be uninstalled: that is done when it is said again, or when the platform has not called for some minutes.</param>
public sealed record LifecycleNote(string Change, DateTimeOffset At, LifeCause Cause = LifeCause.PreUninstall, bool IsAnnounced = false);

/// <summary>How the site's products answer the app.</summary>
/// <param name="Status">The status of the last answer.</param>
/// <param name="Since">Of a refusal (401, 403, 404, 410): when the first of several in a row came, with no other answer between.</param>
/// <param name="At">When the last answer came.</param>
public sealed record ProductNote(int Status, DateTimeOffset Since, DateTimeOffset At);

/// <summary>Erases all that is kept of an installation. Called again with the same decision, it tells how far the erasure is.</summary>
/// <param name="DecidedAt">When that was decided: what was issued before is never stored again.</param>
public sealed record InstallationErasure(DateTimeOffset DecidedAt);

/// <summary>How far an erasure is.</summary>
/// <param name="IsKnown">There was such an installation.</param>
/// <param name="IsComplete">Nothing is left. Otherwise it goes on by itself.</param>
public sealed record InstallationErasureAnswer(bool IsKnown, bool IsComplete);

/// <summary>Takes over a former installation's documents.</summary>
/// <param name="From">The former installation's uuid.</param>
public sealed record AdoptionRequest(string From);

/// <summary>What became of an adoption.</summary>
/// <param name="Outcome">Whether it is made.</param>
/// <param name="Adoption">How far it is; null when it is not made. It goes on by itself.</param>
public sealed record AdoptionAnswer(AdoptionOutcome Outcome, Adoption? Adoption = null);

/// <summary>Whether an adoption is made. More may come.</summary>
public enum AdoptionOutcome
{
    /// <summary>It is made, or has been.</summary>
    Decided,

    /// <summary>This installation is not known, or was uninstalled or erased.</summary>
    NotInstalled,

    /// <summary>The former one is none of the same app on the same site, or its data was erased.</summary>
    NoSuchFormer,

    /// <summary>Another adoption is not complete yet.</summary>
    Busy,
}
