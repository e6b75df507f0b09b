using System.Diagnostics.CodeAnalysis;
using ForgeOrleans.Api.Endpoints;
using ForgeOrleans.Api.WebTriggers;
using Microsoft.AspNetCore.Routing;

// Where C# developers find every other Map… method.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps handlers of web triggers.</summary>
public static class ForgeWebTriggers
{
    /// <summary>Maps a web trigger, in whichever form the platform calls it (contract section 1).</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">A route pattern: the endpoint's <c>route.path</c> in the manifest. What a caller adds to it is <see cref="WebTriggerRequest.UserPath"/>.</param>
    /// <param name="handler">
    /// Takes a <see cref="WebTriggerRequest"/> and returns a <see cref="WebTriggerResponse"/>, or a task of one. Its other parameters are bound as
    /// in <c>MapForgeInvocation</c>, in both forms from the caller's request;
    /// one for the body needs <c>[FromBody]</c>, since some of the methods usually have none. It has 54 seconds; then its <see cref="CancellationToken"/> fires.
    /// The token verified says which site the trigger belongs to, and nothing of who calls: anybody who knows the address can.
    /// </param>
    /// <param name="form">The form that the platform uses, if it is to be that one only.</param>
    /// <exception cref="ArgumentException">The handler returns something else.</exception>
    public static RouteHandlerBuilder MapForgeWebTrigger(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string path, Delegate handler, WebTriggerForm form = WebTriggerForm.Either)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(handler);
        var answer = handler.Method.ReturnType;
        if (answer != typeof(WebTriggerResponse) && answer != typeof(Task<WebTriggerResponse>) && answer != typeof(ValueTask<WebTriggerResponse>))
            throw new ArgumentException(
                $"The handler of the web trigger '{path}' returns {answer.Name}. Let it return a WebTriggerResponse, or a task of one.", nameof(handler));
        // It matches without anything added, too.
        var pattern = path.TrimEnd('/') + WebTriggerMetadata.UserPathPattern;
        return endpoints.MapMethods(pattern, ForgeEndpoints.Methods, handler)
            .WithMetadata(
                new ForgeEndpointMetadata(EndpointKind.WebTrigger, string.Join(", ", ForgeEndpoints.Methods), pattern),
                new WebTriggerMetadata(form))
            // Nobody's cookies are taken for anything here.
            .DisableAntiforgery();
    }
}
