using System.Text.Json;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>What a value is compared with.</summary>
internal sealed record StorageCondition(string Name, IReadOnlyList<JsonElement> Values)
{
    private static readonly string[] ForRange =
        ["BEGINS_WITH", "BETWEEN", "EQUAL_TO", "GREATER_THAN", "GREATER_THAN_EQUAL_TO", "LESS_THAN", "LESS_THAN_EQUAL_TO"];

    private static readonly string[] ForFilter = [.. ForRange, "CONTAINS", "NOT_CONTAINS", "NOT_EQUAL_TO", "EXISTS", "NOT_EXISTS"];

    /// <summary>Reads <c>{condition, values}</c>.</summary>
    public static StorageCondition Read(StorageRequest request, bool isRange)
    {
        var name = request.Text("condition") ?? "";
        if (!(isRange ? ForRange : ForFilter).Contains(name))
        {
            throw StorageRefusedException.Because(
                "INVALID_FILTER_CONDITION", $"The specified condition \"{name}\" is not supported for {(isRange ? "an index's range" : "filters")}.");
        }

        var values = request.Items("values") ?? [];
        if (name is "BETWEEN" && values.Count < 2)
        {
            throw StorageRefusedException.Because("INSUFFICIENT_FILTER_VALUES", "The specified condition needs at least two values.");
        }

        if (values.Count != (name is "BETWEEN" ? 2 : 1) || !values.All(StorageOrder.IsScalar))
        {
            throw StorageRefusedException.Because("INVALID_FILTER_VALUES", $"The specified values are not supported by the condition {name}.");
        }

        return new StorageCondition(name, [.. values.Select(value => value.Clone())]);
    }

    /// <summary>Whether it holds for a value, or for none at all.</summary>
    public bool Holds(JsonElement? value) => Name switch
    {
        "EXISTS" => value is not null,
        "NOT_EXISTS" => value is null,
        "NOT_EQUAL_TO" => value is not { } one || StorageOrder.Compare(one, Values[0]) is not 0,
        "NOT_CONTAINS" => value is not { } whole || !Contains(whole, Values[0]),
        _ => value is { } present && HoldsFor(present),
    };

    private bool HoldsFor(JsonElement value) => Name switch
    {
        "EQUAL_TO" => StorageOrder.Compare(value, Values[0]) is 0,
        "GREATER_THAN" => StorageOrder.Compare(value, Values[0]) > 0,
        "GREATER_THAN_EQUAL_TO" => StorageOrder.Compare(value, Values[0]) >= 0,
        "LESS_THAN" => StorageOrder.Compare(value, Values[0]) < 0,
        "LESS_THAN_EQUAL_TO" => StorageOrder.Compare(value, Values[0]) <= 0,
        "BETWEEN" => StorageOrder.Compare(value, Values[0]) >= 0 && StorageOrder.Compare(value, Values[1]) <= 0,
        "BEGINS_WITH" => value.ValueKind is JsonValueKind.String && value.GetString()!.StartsWith(Values[0].ToString(), StringComparison.Ordinal),
        "CONTAINS" => Contains(value, Values[0]),
        _ => false,
    };

    private static bool Contains(JsonElement whole, JsonElement part) => whole.ValueKind switch
    {
        JsonValueKind.String => whole.GetString()!.Contains(part.ToString(), StringComparison.Ordinal),
        JsonValueKind.Array => whole.EnumerateArray().Any(item => StorageOrder.Compare(item, part) is 0),
        _ => false,
    };
}
