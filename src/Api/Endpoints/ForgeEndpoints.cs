using System.Diagnostics.CodeAnalysis;
using ForgeOrleans.Api.Endpoints;
using Microsoft.AspNetCore.Routing;

// Where C# developers find every other Map… method.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps handlers of a Forge remote, with the conventions of minimal APIs.</summary>
public static class ForgeEndpoints
{
    /// <summary>The methods that the platform passes on (contract section 1).</summary>
    internal static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Maps what a frontend or a function calls with <c>invokeRemote</c>, or a frontend with <c>requestRemote</c>.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="path">A route pattern.</param>
    /// <param name="handler">
    /// Its parameters are bound as in any minimal API; those of the types <c>ForgeInvocation</c>, <c>SiteState</c>, <c>JiraApi</c>,
    /// <c>ConfluenceApi</c>, <c>BitbucketApi</c>, <c>GraphQlApi</c> and <c>ForgeProducts</c> belong to the verified installation.
    /// What it returns is sent as JSON. It has 24 seconds; then its <see cref="CancellationToken"/> fires.
    /// </param>
    /// <exception cref="ArgumentException">The method is none that the platform passes on.</exception>
    public static RouteHandlerBuilder MapForgeInvocation(
        this IEndpointRouteBuilder endpoints, string method, [StringSyntax("Route")] string path, Delegate handler) =>
        endpoints.MapForgeEndpoint(EndpointKind.Invocation, method, path, handler);

    /// <summary>Maps what the platform calls itself, or an invocation. The kind decides how long the handler may take (contract section 1).</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="kind">What calls it.</param>
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="path">A route pattern; for all but invocations, the endpoint's <c>route.path</c> in the manifest.</param>
    /// <param name="handler">Its parameters are bound as in <see cref="MapForgeInvocation"/>.</param>
    /// <exception cref="ArgumentException">The method is none that the platform passes on.</exception>
    public static RouteHandlerBuilder MapForgeEndpoint(
        this IEndpointRouteBuilder endpoints, EndpointKind kind, string method, [StringSyntax("Route")] string path, Delegate handler)
    {
        if (!Methods.Contains(method))
            throw new ArgumentException($"'{method}' is none of the methods that the platform passes on: {string.Join(", ", Methods)}.", nameof(method));
        return endpoints.MapMethods(path, [method], handler)
            .WithMetadata(new ForgeEndpointMetadata(kind, method, path))
            // A form that comes with a verified token was not sent by some other page's script.
            .DisableAntiforgery();
    }

    /// <summary>
    /// Lets an endpoint answer a success with other content than JSON: a file, a picture, text. The platform passes such an answer on only
    /// to <c>requestRemote</c>; <c>invokeRemote</c> rejects it (contract section 4).
    /// </summary>
    /// <typeparam name="TBuilder">The endpoint's builder.</typeparam>
    /// <param name="endpoint">The endpoint.</param>
    public static TBuilder WithRawResponse<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(RawResponseMetadata.Instance);
}
