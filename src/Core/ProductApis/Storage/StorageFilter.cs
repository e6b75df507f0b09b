using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>Conditions for attributes of a custom entity: all of them must hold, or any. The platform knows no mixture.</summary>
public sealed class StorageFilter
{
    private readonly string _operator;
    private readonly (string Attribute, StorageCondition Condition)[] _conditions;

    private StorageFilter(string name, (string Attribute, StorageCondition Condition)[] conditions)
    {
        if (conditions.Length == 0)
            throw new ArgumentException("A filter has at least one condition, such as (\"age\", StorageCondition.AtLeast(30)).", nameof(conditions));
        foreach (var (attribute, condition) in conditions)
        {
            ArgumentException.ThrowIfNullOrEmpty(attribute);
            ArgumentNullException.ThrowIfNull(condition);
        }
        (_operator, _conditions) = (name, conditions);
    }

    /// <summary>All of these hold.</summary>
    /// <param name="conditions">Attributes, and what they must be.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StorageFilter All(params (string Attribute, StorageCondition Condition)[] conditions) => new("and", conditions);

    /// <summary>At least one of these holds.</summary>
    /// <param name="conditions">Attributes, and what they must be.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static StorageFilter Any(params (string Attribute, StorageCondition Condition)[] conditions) => new("or", conditions);

    /// <summary>Says what it demands.</summary>
    public override string ToString() =>
        string.Join($" {_operator} ", _conditions.Select(condition => $"{condition.Attribute} {condition.Condition}"));

    internal void Write(Utf8JsonWriter json, string member)
    {
        json.WriteStartObject(member);
        json.WriteStartArray(_operator);
        foreach (var (attribute, condition) in _conditions)
        {
            json.WriteStartObject();
            json.WriteString("property", attribute);
            condition.Write(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
