using ForgeOrleans.Emulator.Products;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Gateway;

/// <summary>Lets a request to the gateway through with a token of any site.</summary>
internal sealed class GatewayGate(AccessTokens tokens, ILogger<GatewayGate> logger) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var (grant, problem) = tokens.Check(http.Request, null);
        if (grant is null)
        {
            return ProductGate.Unauthorized(logger, problem!);
        }

        http.Features.Set(grant);
        http.Response.Headers["x-emulator-principal"] = grant.Principal;
        return await next(context);
    }
}
