namespace ForgeOrleans.RealmMigrations;

/// <summary>A migration of a site's data to another region, as the platform plans it (contract section 9).</summary>
/// <param name="MigrationId">The platform's id of it; a number today.</param>
/// <param name="StartTime">When it begins.</param>
/// <param name="EndTime">When it has to be over.</param>
/// <param name="Location">The region that the data goes to, such as <c>EU</c>.</param>
public sealed record RealmMigration(string MigrationId, DateTimeOffset StartTime, DateTimeOffset EndTime, string Location)
{
    /// <summary>How long after its end a migration that runs is still believed to: one day. Then it has failed, and its slot is another's.</summary>
    public static readonly TimeSpan BelievedAfterEnd = TimeSpan.FromDays(1);

    /// <summary>Until when it is believed to run.</summary>
    /// <param name="startedAt">When it was started, which may be after its end.</param>
    internal DateTimeOffset BelievedUntil(DateTimeOffset startedAt) => (startedAt > EndTime ? startedAt : EndTime) + BelievedAfterEnd;
}
