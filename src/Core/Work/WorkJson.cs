using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.Work;

/// <summary>How a queue writes its rows: payloads as the JSON that they are, so that an operator can read them.</summary>
internal static class WorkJson
{
    /// <summary>How deep a row may be: as a payload or a token's context, and what is around them.</summary>
    public const int Deepest = 256;

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, typeof(T), WorkJsonContext.Default);

    public static T Read<T>(ReadOnlyMemory<byte> json) where T : class =>
        (T?)JsonSerializer.Deserialize(json.Span, typeof(T), WorkJsonContext.Default) ?? throw new InvalidDataException($"A stored {typeof(T).Name} is null.");
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    MaxDepth = WorkJson.Deepest,
    Converters = [typeof(RawJson)])]
[JsonSerializable(typeof(WorkItem))]
[JsonSerializable(typeof(QueueRow))]
[JsonSerializable(typeof(HeadRow))]
[JsonSerializable(typeof(RunRow))]
[JsonSerializable(typeof(DeadRow))]
[JsonSerializable(typeof(SeenRow))]
[JsonSerializable(typeof(TriggerRow))]
[JsonSerializable(typeof(ScheduleRow))]
internal sealed partial class WorkJsonContext : JsonSerializerContext;

/// <summary>Bytes that are JSON, written as they are. None are written as null.</summary>
internal sealed class RawJson : JsonConverter<ReadOnlyMemory<byte>>
{
    public override bool HandleNull => true;

    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return default;
        using var document = JsonDocument.ParseValue(ref reader);
        return JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray();
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options)
    {
        if (value.IsEmpty)
            writer.WriteNullValue();
        else
            // It was read as JSON before it came here.
            writer.WriteRawValue(value.Span, skipInputValidation: true);
    }
}
