using System.Text.Json;
using System.Text.Json.Serialization;
using ForgeOrleans.Work;

namespace ForgeOrleans.Installations;

/// <summary>An installation's life as it is stored, with what still has to be done because of it.</summary>
internal sealed record LifeRow
{
    public const string Name = "life";

    public required InstallationLife Life { get; init; }

    /// <summary>What handlers have not been told yet.</summary>
    public IReadOnlyList<UntoldChange> Untold { get; init => field = value ?? []; } = [];

    /// <summary>The site's queue has not been told yet whether it runs.</summary>
    public bool IsSwitchOwed { get; init; }

    /// <summary>Where the adoption goes on: the last page's end.</summary>
    public string? AdoptAfter { get; init; }

    /// <summary>The cloud ids and workspace ids by which it was ever entered into the index.</summary>
    public IReadOnlyList<string> Sites { get; init => field = value ?? []; } = [];

    /// <summary>The app, as long as there is something in the index.</summary>
    public string? AppId { get; init; }

    /// <summary>What the alarm was last set to.</summary>
    public DateTimeOffset? Alarm { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Of an installation that an earlier version of this program has stored without one.</summary>
    public static LifeRow OfBefore(InstallationFacts facts) => new()
    {
        Life = LifeRules.OfBefore(facts),
        Sites = InstallationIndex.SitesOf(facts),
        AppId = facts.AppId,
    };

    [JsonIgnore]
    public bool OwesQueue => IsSwitchOwed || Untold.Any(untold => !untold.IsUnhandled);

    /// <summary>Something was to be told by a process that has no handler for it; another may have one.</summary>
    [JsonIgnore]
    public bool IsUnhandled => Untold.Any(untold => untold.IsUnhandled);

    [JsonIgnore]
    public bool IsUnfinished => OwesQueue || Life.IsErasing || Life.Adoption is { IsComplete: false };
}

/// <summary>A change that handlers have not been told yet.</summary>
/// <param name="ItemId">The item that it becomes, the same however often it is told.</param>
/// <param name="Change">One of <see cref="LifecycleChange"/>.</param>
/// <param name="At">When it was found out.</param>
/// <param name="Cause">Why.</param>
/// <param name="FormerInstallationId">After a reinstall, the former installation.</param>
/// <param name="IsUnhandled">It was to be told where there is no handler for it.</param>
internal sealed record UntoldChange(string ItemId, string Change, DateTimeOffset At, LifeCause Cause, string? FormerInstallationId = null, bool IsUnhandled = false)
{
    // Where lifecycle events are too: what changes in an installation's life is told in its order.
    private const string OrderingKey = "lifecycle";

    public WorkItem ToItem() => new()
    {
        ItemId = ItemId,
        Kind = WorkKind.Lifecycle,
        Key = Change,
        OrderingKey = OrderingKey,
        AcceptedAt = At,
        Payload = StoredJson.Write(new ChangePayload(Change, JsonNamingPolicy.CamelCase.ConvertName($"{Cause}"), At, FormerInstallationId)),
    };
}

/// <summary>The payload of a change that was found out, and not delivered.</summary>
internal sealed record ChangePayload(string Change, string Cause, DateTimeOffset At, string? FormerInstallationId);
