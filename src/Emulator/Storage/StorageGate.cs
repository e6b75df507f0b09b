using ForgeOrleans.Emulator.Products;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>Lets a remote's request to Forge storage through with the app's own token, which says of which site the data is.</summary>
internal sealed class StorageGate(ILogger<StorageGate> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var grant = context.HttpContext.Features.GetRequiredFeature<AccessGrant>();
        if (grant.User is not null)
        {
            return ProductGate.Unauthorized(logger, "the token is a user's, and Forge storage is for the app's own");
        }

        if (!StorageScope.Needed.IsMetBy(grant.Scopes))
        {
            return ProductGate.Unauthorized(logger, $"scope does not match: the manifest needs {StorageScope.Name}");
        }

        if (!grant.Site.IsInstalled)
        {
            ProductLog.Refused(logger, "the app is not installed there");
            return ProductGate.Refuse(grant.Site.ProductStatus, ProductGate.NotInstalled);
        }

        return await next(context);
    }
}
