using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.RealmMigrations;

/// <summary>A migration as it is stored.</summary>
internal sealed record MigrationRow
{
    public required RealmMigration Migration { get; init; }

    public required string State { get; init; }

    public int Round { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>The request that calls the app's code now.</summary>
    public string? ClaimId { get; init; }

    public DateTimeOffset ClaimedUntil { get; init; }

    /// <summary>What a newer version of this program has stored beside these, kept as it is.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }

    // By its name: a state that a newer version has added must not be taken for another.
    [JsonIgnore]
    public RealmMigrationState Stands => Enum.Parse<RealmMigrationState>(State);

    [JsonIgnore]
    public MigrationRecord Record => new(Migration, Stands, Round, ChangedAt, ErrorCode);
}

/// <summary>The site's current migration.</summary>
internal sealed record CurrentRow(string MigrationId);

/// <summary>A slot that a migration of some site has.</summary>
internal sealed record SlotRow(DateTimeOffset Until);

/// <summary>What the site's work is told of a migration.</summary>
internal sealed record MigrationOrder(RealmMigration Migration, int Round);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(MigrationRow))]
[JsonSerializable(typeof(CurrentRow))]
[JsonSerializable(typeof(SlotRow))]
[JsonSerializable(typeof(MigrationOrder))]
internal sealed partial class MigrationJson : JsonSerializerContext;
