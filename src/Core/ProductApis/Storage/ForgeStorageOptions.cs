using System.Text.Encodings.Web;
using System.Text.Json;

namespace ForgeOrleans.ProductApis.Storage;

/// <summary>How <see cref="ForgeStorage"/> writes values. Set it in code, with <c>services.Configure&lt;ForgeStorageOptions&gt;(…)</c>.</summary>
public sealed class ForgeStorageOptions
{
    // Deeper than any value may be, so that it is the limit that says so.
    private const int DeepestJson = 500;

    /// <summary>How values become JSON: unless set, by the web defaults, and as few characters as JSON allows are escaped.</summary>
    public JsonSerializerOptions SerializerOptions { get; set; } = new(JsonSerializerOptions.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = DeepestJson,
    };
}
