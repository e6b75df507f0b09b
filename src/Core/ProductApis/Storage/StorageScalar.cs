using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>What an attribute of a custom entity is compared with: a text, a number or a truth value. It converts from these by itself.</summary>
public readonly record struct StorageScalar
{
    private readonly object? _value;

    private StorageScalar(object value) => _value = value;

    internal bool IsText => _value is string;

    internal bool IsFlag => _value is bool;

    /// <summary>A text.</summary>
    /// <param name="value">The text.</param>
    public static implicit operator StorageScalar(string value) => new(value ?? throw new ArgumentNullException(nameof(value)));

    /// <summary>A whole number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator StorageScalar(long value) => new(value);

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator StorageScalar(double value) =>
        double.IsFinite(value) ? new(value) : throw new ArgumentOutOfRangeException(nameof(value), value, "JSON has no such number.");

    /// <summary>A number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator StorageScalar(decimal value) => new(value);

    /// <summary>A truth value.</summary>
    /// <param name="value">The truth value.</param>
    public static implicit operator StorageScalar(bool value) => new(value);

    /// <summary>The value as a text.</summary>
    public override string ToString() => _value?.ToString() ?? "";

    internal void Write(Utf8JsonWriter json)
    {
        switch (_value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            default:
                throw new ArgumentException("A condition has no value: give it a text, a number or a truth value.");
        }
    }
}
