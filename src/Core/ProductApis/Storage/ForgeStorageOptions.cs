using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>How <see cref="ForgeStorage"/> writes values. Set it in code, with <c>services.Configure&lt;ForgeStorageOptions&gt;(…)</c>.</summary>
public sealed class ForgeStorageOptions
{
    // Deeper than any value may be, so that it is the limit that says so.
    private const int DeepestJson = 500;

    /// <summary>
    /// How values become JSON: unless set, by the web defaults, with as few escapes as JSON allows, and without members that are null, as in JavaScript
    /// without those that are undefined: an entity's attribute may be missing, but not null.
    /// </summary>
    public JsonSerializerOptions SerializerOptions { get; set; } = new(JsonSerializerOptions.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = DeepestJson,
    };
}
