using System.Text.Json.Serialization;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>A block that outlasts a restart.</summary>
internal sealed record BlockRow(LimitName Limit, DateTimeOffset Until, string Reason, bool IsOnlyForBackground);

[JsonSerializable(typeof(BlockRow))]
[JsonSourceGenerationOptions(UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class GateJson : JsonSerializerContext;

/// <summary>Limits as operators see them.</summary>
internal static class GateViews
{
    private const int MostListed = 200;

    public static GateView Of(IEnumerable<CallLimit> limits, TimeSpan now, DateTimeOffset today) => new(
        [.. limits.OrderByDescending(limit => limit.UsedAt).Take(MostListed).Select(limit => View(limit, now, today)).OrderBy(view => view.Name.Product, StringComparer.Ordinal)
            .ThenByDescending(view => view.Name.Scope).ThenBy(view => view.Name.Of, StringComparer.Ordinal)]);

    private static LimitView View(CallLimit limit, TimeSpan now, DateTimeOffset today)
    {
        var block = limit.BlockedFor(isBackground: true, now) is { Ticks: > 0 } left ? (today + left, limit.Block!) : default((DateTimeOffset Until, LimitBlock Block)?);
        return new(
            limit.Name, limit.Size, limit.Left(now) is { } calls ? Math.Floor(calls) : null, block?.Until, block?.Block.Reason, block?.Block.IsOnlyForBackground ?? false, limit.Line.Count,
            limit.Counts.Calls, limit.Counts.Waits, limit.Counts.Retries, limit.Counts.Refusals);
    }
}
