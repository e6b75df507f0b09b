using ForgeOrleans.Work;

namespace ForgeOrleans.RealmMigrations;

/// <summary>
/// How an app moves a site's data to another region, when the customer's organization moves there (contract section 9). A vendor implements it and
/// registers it as a scoped service: its constructor takes the site's handles (<c>SiteState</c>, <c>JiraApi</c>, …). The protocol around it is done:
/// <c>app.MapForgeRealmMigration(path)</c>.
/// </summary>
/// <remarks>
/// <para>
/// A method that has ended, well or with a <see cref="RealmMigrationException"/>, is not called again for the same migration, however often the platform
/// repeats its hook. One that was cut off, by a crash or by its time, is: what it does has to be idempotent.
/// </para>
/// <para>Anything else that it throws is logged, and answered <c>E9999</c>.</para>
/// </remarks>
/// <example><code>
/// builder.Services.AddScoped&lt;IRealmMigration, MoveToRegion&gt;();
/// …
/// app.MapForgeRealmMigration("/migration");
/// </code></example>
public interface IRealmMigration
{
    /// <summary>A migration is planned: say whether it can be. It has 54 seconds.</summary>
    /// <param name="migration">What is planned. A plan that is changed comes again, with the same id.</param>
    /// <param name="cancellationToken">The time is up.</param>
    /// <exception cref="RealmMigrationException">It cannot be, such as <see cref="RealmMigrationErrors.RegionNotSupported"/>.</exception>
    Task ScheduleAsync(RealmMigration migration, CancellationToken cancellationToken);

    /// <summary>
    /// Copies the data to the other region, and leaves it where it is too. It is run as the site's work: it may take hours, is tried again when it throws,
    /// and goes on from its checkpoint after a restart. When it returns, the migration is ready to be committed.
    /// </summary>
    /// <param name="migration">The migration.</param>
    /// <param name="run">The attempt: its number, its checkpoint, its progress. Say so now and then when it takes long: <see cref="WorkRun.Report"/>.</param>
    /// <param name="cancellationToken">Fires when the process stops, and when the migration is rolled back.</param>
    /// <exception cref="RealmMigrationException">The migration has failed for good; it is not tried again.</exception>
    Task StartAsync(RealmMigration migration, WorkRun run, CancellationToken cancellationToken);

    /// <summary>From now on the data in the other region counts. It has 54 seconds.</summary>
    /// <param name="migration">The migration.</param>
    /// <param name="cancellationToken">The time is up.</param>
    /// <exception cref="RealmMigrationException">That cannot be; the platform rolls the migration back.</exception>
    Task CommitAsync(RealmMigration migration, CancellationToken cancellationToken);

    /// <summary>
    /// The data stays where it was: deletes what <see cref="StartAsync"/> has copied so far, if it ran at all. It is run as the site's work, never beside
    /// <see cref="StartAsync"/>, and is tried again when it throws.
    /// </summary>
    /// <param name="migration">The migration.</param>
    /// <param name="run">The attempt.</param>
    /// <param name="cancellationToken">Fires when the process stops.</param>
    Task RollbackAsync(RealmMigration migration, WorkRun run, CancellationToken cancellationToken);
}
