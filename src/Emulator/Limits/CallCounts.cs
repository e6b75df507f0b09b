using System.Collections.Immutable;

namespace ForgeOrleans.Emulator.Limits;

/// <summary>What calls of products have come to.</summary>
/// <param name="Calls">Calls that were let through.</param>
/// <param name="Points">The points that they have cost.</param>
/// <param name="Refused">Calls that were answered 429, by <c>RateLimit-Reason</c>; those of the gateway as <c>gateway</c>.</param>
public sealed record CallCounts(long Calls, long Points, ImmutableSortedDictionary<string, long> Refused)
{
    internal static CallCounts None { get; } = new(0, 0, ImmutableSortedDictionary<string, long>.Empty);

    internal CallCounts WithRefused(string reason, long times = 1) =>
        this with { Refused = Refused.SetItem(reason, Refused.GetValueOrDefault(reason) + times) };

    internal CallCounts Plus(CallCounts other) => other.Refused.Aggregate(
        this with { Calls = Calls + other.Calls, Points = Points + other.Points },
        (sum, refused) => sum.WithRefused(refused.Key, refused.Value));
}
