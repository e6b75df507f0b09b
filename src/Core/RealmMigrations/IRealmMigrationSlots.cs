using ForgeOrleans.Hosting;

namespace ForgeOrleans.RealmMigrations;

/// <summary>The actor that counts how many sites of an app are migrated at once. Its key is the app's uuid.</summary>
public interface IRealmMigrationSlots
{
    /// <summary>Takes a slot for a migration, unless all are taken. Who has one keeps it.</summary>
    /// <param name="request">For whom, and until when.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task<SlotAnswer> TakeAsync(SlotRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gives a slot back, if it was taken.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task ReturnAsync(SlotReturn request, CancellationToken cancellationToken = default);
}

/// <summary>Asks for a slot.</summary>
/// <param name="InstallationId">The site's installation.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Until">When the slot is another's, if it has not been given back.</param>
public sealed record SlotRequest(string InstallationId, string MigrationId, DateTimeOffset Until);

/// <summary>Whether there was a slot.</summary>
/// <param name="IsTaken">The migration has one.</param>
public sealed record SlotAnswer(bool IsTaken);

/// <summary>Gives a slot back.</summary>
/// <param name="InstallationId">The site's installation.</param>
/// <param name="MigrationId">The migration; null gives back all that the site has.</param>
public sealed record SlotReturn(string InstallationId, string? MigrationId);
