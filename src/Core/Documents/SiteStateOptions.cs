using System.Text.Json;

namespace ForgeOrleans.Documents;

/// <summary>How <see cref="SiteState"/> writes documents. Set it in code, with <c>services.Configure&lt;SiteStateOptions&gt;(…)</c>.</summary>
public sealed class SiteStateOptions
{
    /// <summary>How documents become JSON; the web defaults unless set, which is how handlers answer too.</summary>
    public JsonSerializerOptions SerializerOptions { get; set; } = JsonSerializerOptions.Web;
}
