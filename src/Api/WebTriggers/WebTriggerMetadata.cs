namespace ForgeOrleans.Api.WebTriggers;

/// <summary>Marks an endpoint that the platform calls as a web trigger.</summary>
/// <param name="Form">In which form.</param>
internal sealed record WebTriggerMetadata(WebTriggerForm Form)
{
    /// <summary>The route value with what a caller added to the path.</summary>
    public const string UserPathName = "userPath";

    /// <summary>What stands behind the path of every web trigger.</summary>
    public const string UserPathPattern = $"/{{**{UserPathName}}}";
}
