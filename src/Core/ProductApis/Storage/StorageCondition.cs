using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>What an attribute must be, in a query of custom entities or as a condition of a transaction: those of <c>@forge/kvs</c>.</summary>
public sealed record StorageCondition
{
    private readonly StorageScalar[] _values;
    private readonly string _name;

    private StorageCondition(string name, params StorageScalar[] values) => (_name, _values) = (name, values);

    /// <summary>Whether the range of an index may be limited by it; the others are for filters and transactions.</summary>
    internal bool IsForRange =>
        _name is "BEGINS_WITH" or "BETWEEN" or "EQUAL_TO" or "GREATER_THAN" or "GREATER_THAN_EQUAL_TO" or "LESS_THAN" or "LESS_THAN_EQUAL_TO";

    /// <summary>It is this.</summary>
    /// <param name="value">What it is.</param>
    public static StorageCondition EqualTo(StorageScalar value) => new("EQUAL_TO", value);

    /// <summary>It is not this. For filters and transactions.</summary>
    /// <param name="value">What it is not.</param>
    public static StorageCondition NotEqualTo(StorageScalar value) => new("NOT_EQUAL_TO", value);

    /// <summary>It is more than this.</summary>
    /// <param name="value">What it is more than.</param>
    public static StorageCondition GreaterThan(StorageScalar value) => new("GREATER_THAN", Ordered(value));

    /// <summary>It is this or more.</summary>
    /// <param name="value">The least that it is.</param>
    public static StorageCondition AtLeast(StorageScalar value) => new("GREATER_THAN_EQUAL_TO", Ordered(value));

    /// <summary>It is less than this.</summary>
    /// <param name="value">What it is less than.</param>
    public static StorageCondition LessThan(StorageScalar value) => new("LESS_THAN", Ordered(value));

    /// <summary>It is this or less.</summary>
    /// <param name="value">The most that it is.</param>
    public static StorageCondition AtMost(StorageScalar value) => new("LESS_THAN_EQUAL_TO", Ordered(value));

    /// <summary>It lies between these, or is one of them.</summary>
    /// <param name="least">The least that it is.</param>
    /// <param name="most">The most that it is.</param>
    public static StorageCondition Between(StorageScalar least, StorageScalar most) => new("BETWEEN", Ordered(least), Ordered(most));

    /// <summary>Its text begins with this.</summary>
    /// <param name="beginning">The beginning.</param>
    public static StorageCondition BeginsWith(string beginning) => new("BEGINS_WITH", beginning);

    /// <summary>This is in its text, or among its items. For filters and transactions.</summary>
    /// <param name="part">What is in it.</param>
    public static StorageCondition Contains(string part) => new("CONTAINS", part);

    /// <summary>This is neither in its text nor among its items. For filters and transactions.</summary>
    /// <param name="part">What is not in it.</param>
    public static StorageCondition NotContains(string part) => new("NOT_CONTAINS", part);

    /// <summary>The entity has the attribute. For filters and transactions.</summary>
    public static StorageCondition Exists() => new("EXISTS", true);

    /// <summary>The entity does not have the attribute. For filters and transactions.</summary>
    public static StorageCondition NotExists() => new("NOT_EXISTS", true);

    /// <summary>Says what it demands.</summary>
    public override string ToString() => $"{_name} {string.Join(", ", _values)}";

    /// <summary>Writes the members <c>condition</c> and <c>values</c>.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteString("condition", _name);
        json.WriteStartArray("values");
        foreach (var value in _values)
            value.Write(json);
        json.WriteEndArray();
    }

    private static StorageScalar Ordered(StorageScalar value) =>
        value.IsFlag ? throw new ArgumentException("A truth value is neither more nor less than another: use EqualTo.") : value;
}
