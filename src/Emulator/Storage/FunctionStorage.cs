using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>
/// Lets a function's request to Forge storage through: what stands behind <c>__forge_fetch__({type: 'kvs'}, path, init)</c>. The runtime knows the
/// site; here the header <c>x-emulator-site</c> chooses it.
/// </summary>
internal sealed class FunctionStorage(Platform platform) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var site = Caller.InstalledSite(platform, context.HttpContext.Request.Headers[Caller.HeaderPrefix + "site"]);
        IReadOnlyList<string> scopes = [.. platform.Manifest.Scopes.Select(scope => scope.Name)];
        if (!StorageScope.Needed.IsMetBy(scopes))
        {
            var message = $"scope does not match: the manifest needs {StorageScope.Name}";
            return Results.Json(new { code = "UNAUTHORIZED", message }, statusCode: StatusCodes.Status401Unauthorized);
        }

        context.HttpContext.Features.Set(new AccessGrant(site, null, scopes, long.MaxValue));
        return await next(context);
    }
}
