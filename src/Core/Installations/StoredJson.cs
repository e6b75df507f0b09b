using System.Text.Json;
using System.Text.Json.Serialization;
using ForgeOrleans.Audit;
using ForgeOrleans.Documents;

namespace ForgeOrleans.Installations;

/// <summary>How the actors write what they store of themselves.</summary>
internal static class StoredJson
{
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, typeof(T), StoredJsonContext.Default);

    public static T? Read<T>(ReadOnlyMemory<byte> json) where T : class =>
        (T?)JsonSerializer.Deserialize(json.Span, typeof(T), StoredJsonContext.Default);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstallationFacts))]
[JsonSerializable(typeof(TokenRow))]
[JsonSerializable(typeof(IndexedInstallation))]
[JsonSerializable(typeof(LifeRow))]
[JsonSerializable(typeof(ChangePayload))]
[JsonSerializable(typeof(ErasedRow))]
[JsonSerializable(typeof(SiteVersion))]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class StoredJsonContext : JsonSerializerContext;
