using System.Text.Json;

namespace ForgeOrleans.Invocations;

/// <summary>Where in the product an invocation comes from: the token's claim <c>context</c> (contract section 3).</summary>
public sealed record InvocationContext
{
    /// <summary>The cloud id of the site.</summary>
    public string? CloudId { get; init; }

    /// <summary>The Bitbucket workspace, without braces.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>The address that the user sees, such as <c>https://example.atlassian.net</c>.</summary>
    public string? SiteUrl { get; init; }

    /// <summary>The key of the module that the user looks at.</summary>
    public string? ModuleKey { get; init; }

    /// <summary>Identifies this place of use of the module.</summary>
    public string? LocalId { get; init; }

    /// <summary>What the module tells of its place: free in form, different for every module type.</summary>
    public JsonElement? Extension { get; init; }

    /// <summary>Returns a workspace's id without the braces that <c>context</c> has and <c>contexts[]</c> has not (contract section 3).</summary>
    /// <param name="workspaceId">The id in either form.</param>
    public static string? WithoutBraces(string? workspaceId) => workspaceId?.Trim('{', '}');

    internal static InvocationContext? Read(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
            return null;
        var claim = JsonDocument.Parse(json).RootElement;
        return new()
        {
            CloudId = Text(claim, "cloudId"),
            WorkspaceId = WithoutBraces(Text(claim, "workspaceId")),
            SiteUrl = Text(claim, "siteUrl"),
            ModuleKey = Text(claim, "moduleKey"),
            LocalId = Text(claim, "localId"),
            Extension = claim.TryGetProperty("extension", out var extension) ? extension : null,
        };
    }

    private static string? Text(JsonElement claim, string name) =>
        claim.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
