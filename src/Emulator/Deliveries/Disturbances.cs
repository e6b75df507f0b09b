using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>
/// What goes wrong with deliveries that don't say it themselves. The platform promises at least once and no order (contract, sections 7
/// and 10). The same seed gives the same accidents to the same deliveries.
/// </summary>
public sealed record Disturbances
{
    private static readonly TimeSpan LongestReorder = TimeSpan.FromDays(1);

    /// <summary>The share of events and lifecycle events that come twice, from 0 to 1.</summary>
    public double Duplicates { get; init; }

    /// <summary>The share of a schedule's runs that come twice, from 0 to 1.</summary>
    public double TriggerDuplicates { get; init; } = 0.05;

    /// <summary>
    /// How late a delivery may be, in platform time and at most a day: each by a part of it, so that they overtake one another.
    /// </summary>
    public TimeSpan Reorder { get; init; }

    /// <summary>What chance depends on.</summary>
    public int Seed { get; init; }

    internal bool IsDuplicated(long deliveryId) => StableId.FractionOf("duplicate", $"{Seed}", $"{deliveryId}") < Duplicates;

    internal bool IsDuplicated(Site site, string triggerKey, long run) =>
        StableId.FractionOf("run", $"{Seed}", site.InstallationId, triggerKey, $"{run}") < TriggerDuplicates;

    internal TimeSpan Lateness(long deliveryId, TimeSpan most) => StableId.FractionOf("lateness", $"{Seed}", $"{deliveryId}") * most;

    internal Disturbances Checked() =>
        Duplicates is not (>= 0 and <= 1) ? throw new EmulatorException($"The share of duplicates is from 0 to 1, not {Duplicates}.")
        : TriggerDuplicates is not (>= 0 and <= 1)
            ? throw new EmulatorException($"The share of duplicates of triggers is from 0 to 1, not {TriggerDuplicates}.")
        : Reorder < TimeSpan.Zero || Reorder > LongestReorder
            ? throw new EmulatorException($"Deliveries are late by 0 seconds to a day, not by {Reorder.TotalSeconds} seconds.")
        : this;
}
