using ForgeOrleans.Work;

namespace ForgeOrleans.Installations;

/// <summary>How an installation comes from one state of its life to another: all the rules, and nothing else.</summary>
/// <param name="options">How long what takes.</param>
internal sealed class LifeRules(LifecycleOptions options)
{
    /// <summary>LastSeen is worth a write of its own once in this time.</summary>
    public static readonly TimeSpan SeenAgainAfter = TimeSpan.FromHours(1);

    // A process that has admitted calls without telling the installation would have told it of another one meanwhile.
    private static readonly TimeSpan AnnouncementLasts = Admissions.ForgottenAfter + TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestRetention = TimeSpan.FromDays(36_500);

    /// <summary>The life of an installation that an earlier version of this program has stored without one.</summary>
    public static InstallationLife OfBefore(InstallationFacts facts) =>
        new() { State = LifeState.Active, Since = facts.IssuedAt, Cause = LifeCause.FirstCall };

    /// <summary>Whether what was issued at this time belongs to data that was erased since.</summary>
    public static bool IsErased(InstallationLife? life, DateTimeOffset issuedAt) => life?.ErasedAt >= issuedAt;

    /// <summary>A verified invocation came that was not issued before the last erasure.</summary>
    /// <param name="life">The life so far; null at first sight.</param>
    /// <param name="issuedAt">When the invocation was issued.</param>
    /// <param name="now">When it came.</param>
    public static LifeStep Seen(InstallationLife? life, DateTimeOffset issuedAt, DateTimeOffset now) => life switch
    {
        null => new(new() { State = LifeState.Installed, Since = now, Cause = LifeCause.FirstCall, InstalledAt = now, LastSeen = now }),
        { State: LifeState.Erased } => new(
            life with { State = LifeState.Installed, Since = now, Cause = LifeCause.Returned, InstalledAt = now, LastSeen = now }, LifecycleChange.Returned),
        { State: LifeState.Uninstalled } when issuedAt > life.Since => new(
            life with { State = LifeState.Active, Since = now, Cause = LifeCause.Returned, LastSeen = now, EraseAt = null, RefusedSince = null, RefusedStatus = null },
            LifecycleChange.Returned),
        { UninstallAnnouncedAt: { } announced } when issuedAt > announced => new(life with { LastSeen = now, UninstallAnnouncedAt = null }),
        _ => new(life.LastSeen is { } seen && seen >= now ? life : life with { LastSeen = now }),
    };

    /// <summary>The platform said that the app was installed.</summary>
    public static LifeStep Installed(InstallationLife life, DateTimeOffset at) =>
        life.State is LifeState.Uninstalled or LifeState.Erased || at <= life.InstalledAt
            ? new(life)
            : new(life with { State = LifeState.Installed, Since = at, Cause = LifeCause.InstalledEvent, InstalledAt = at });

    /// <summary>The app is about to be uninstalled.</summary>
    public static LifeStep UninstallAnnounced(InstallationLife life, DateTimeOffset at) =>
        life.State is LifeState.Uninstalled or LifeState.Erased ? new(life) : new(life with { UninstallAnnouncedAt = at });

    /// <summary>When an uninstall that was announced counts as done; null while none is.</summary>
    public static DateTimeOffset? AnnouncedIsDoneAt(InstallationLife life) => life.UninstallAnnouncedAt + AnnouncementLasts;

    /// <summary>The app was uninstalled.</summary>
    public LifeStep Uninstalled(InstallationLife life, DateTimeOffset at, LifeCause cause) =>
        life.State is LifeState.Uninstalled or LifeState.Erased
            ? new(life)
            : new(
                life with { State = LifeState.Uninstalled, Since = at, Cause = cause, EraseAt = at + Retention, UninstallAnnouncedAt = null },
                LifecycleChange.Uninstalled);

    /// <summary>The site's products have answered the app.</summary>
    public static LifeStep Answered(InstallationLife life, ProductNote note) => life switch
    {
        { State: LifeState.Uninstalled or LifeState.Erased } => new(life),
        _ when IsRefusal(note.Status) => new(
            life.RefusedSince <= note.Since && life.RefusedStatus == note.Status
                ? life
                : life with { RefusedSince = life.RefusedSince < note.Since ? life.RefusedSince : note.Since, RefusedStatus = note.Status }),
        { RefusedSince: { } since } when note.At >= since => new(life with { RefusedSince = null, RefusedStatus = null }),
        _ => new(life),
    };

    /// <summary>It was decided to erase the data.</summary>
    public static LifeStep Erased(InstallationLife life, DateTimeOffset decidedAt, LifeCause cause, DateTimeOffset now) => new(
        // What is left says nothing of the site but that it was here.
        new()
        {
            State = LifeState.Erased,
            Since = now,
            Cause = cause,
            InstalledAt = life.InstalledAt,
            ErasedAt = decidedAt,
            IsErasing = true,
        });

    /// <summary>Time has passed.</summary>
    /// <param name="life">The life so far.</param>
    /// <param name="now">The time.</param>
    public LifeStep Passed(InstallationLife life, DateTimeOffset now)
    {
        var granted = (life.InstalledAt ?? life.Since) + options.InstallGrace;
        return life switch
        {
            { UninstallAnnouncedAt: { } at } when AnnouncedIsDoneAt(life) <= now => Uninstalled(life, at, LifeCause.PreUninstall),
            { State: LifeState.Installed } when granted <= now => new(life with { State = LifeState.Active, Since = granted, Cause = LifeCause.AccessGranted }),
            { State: LifeState.Uninstalled, EraseAt: { } due } when due <= now => Erased(life, now, LifeCause.Retention, now),
            _ => new(life),
        };
    }

    /// <summary>When it may be that the app was uninstalled without a word, if nothing comes until then; null while nothing speaks for it.</summary>
    /// <param name="life">The life so far.</param>
    /// <param name="interval">How often the platform fires the most frequent of the site's triggers; null when none is known.</param>
    /// <param name="lastDelivered">When it last fired one.</param>
    public DateTimeOffset? MayBeGoneAt(InstallationLife life, TimeSpan? interval = null, DateTimeOffset? lastDelivered = null)
    {
        if (life is not { State: LifeState.Installed or LifeState.Active, RefusedSince: { } refused })
            return null;
        var seen = life.LastSeen ?? life.Since;
        seen = lastDelivered > seen ? lastDelivered.Value : seen;
        var silence = 2 * (interval ?? TimeSpan.Zero);
        silence = silence > options.InferUninstallAfter ? silence : options.InferUninstallAfter;
        var (byProducts, bySilence) = (refused + options.InferUninstallAfter, seen + silence);
        return byProducts > bySilence ? byProducts : bySilence;
    }

    /// <summary>Whether an answer says that the app has no access, or that there is no such site (contract section 6).</summary>
    public static bool IsRefusal(int status) => status is 401 or 403 or 404 or 410;

    private TimeSpan Retention => options.RetentionDays >= LongestRetention.TotalDays ? LongestRetention : TimeSpan.FromDays(options.RetentionDays);
}

/// <summary>A step in an installation's life.</summary>
/// <param name="Life">The life after it; the same object where nothing has changed.</param>
/// <param name="Change">What handlers are told, one of <see cref="LifecycleChange"/>; null when nothing is.</param>
internal sealed record LifeStep(InstallationLife Life, string? Change = null);
