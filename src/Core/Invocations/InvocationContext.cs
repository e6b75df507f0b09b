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
}
