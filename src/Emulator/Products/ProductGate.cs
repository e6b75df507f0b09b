using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Products;

/// <summary>Lets a request to a product through with a token that is good for that site, and tells who made it.</summary>
internal sealed class ProductGate(Platform platform, AccessTokens tokens, ILogger<ProductGate> logger) : IEndpointFilter
{
    public const string NotInstalled = "The app is not installed on this instance";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var product = http.GetRouteValue("product") as string;
        var cloudId = http.GetRouteValue("cloudId") as string;
        if (platform.Sites.FirstOrDefault(site => site.CloudId == cloudId) is not { } site || !site.Products.Contains(product))
        {
            return Refuse(StatusCodes.Status404NotFound, $"There is no {product} with the cloudId {cloudId}.");
        }

        if (!site.IsInstalled)
        {
            ProductLog.Refused(logger, "the app is not installed there");
            return Refuse(site.ProductStatus, NotInstalled);
        }

        var (grant, problem) = tokens.Check(http.Request, site);
        if (grant is null)
        {
            return Unauthorized(logger, problem!);
        }

        if (grant.User is { HasAccess: false })
        {
            return Refuse(StatusCodes.Status403Forbidden, "The user has no access to this instance");
        }

        if (http.GetEndpoint()?.Metadata.GetMetadata<NeedsScope>() is { } needs && !needs.IsMetBy(grant.Scopes))
        {
            return Unauthorized(logger, $"scope does not match: the manifest needs one of {string.Join(", ", needs.Scopes)}");
        }

        http.Features.Set(grant);
        http.Response.Headers["x-emulator-principal"] = grant.Principal;
        ProductLog.Called(logger, http.Request.Method, product!, http.Request.Path, grant.User?.Name ?? "the app", site.Id);
        return await next(context);
    }

    /// <summary>A 401 in the words of Atlassian's gateway, with the cause after the semicolon.</summary>
    public static IResult Unauthorized(string cause) => Refuse(StatusCodes.Status401Unauthorized, $"Unauthorized; {cause}");

    public static IResult Unauthorized(ILogger logger, string cause)
    {
        ProductLog.Refused(logger, cause);
        return Unauthorized(cause);
    }

    public static IResult Refuse(int status, string message) => Results.Json(new { code = status, message }, statusCode: status);
}

/// <summary>The scopes of which a product's endpoint needs one.</summary>
internal sealed class NeedsScope(params string[] scopes)
{
    public IReadOnlyList<string> Scopes => scopes;

    public bool IsMetBy(IReadOnlyList<string> granted) => scopes.Any(granted.Contains);
}

internal static partial class ProductLog
{
    [LoggerMessage(1, LogLevel.Information, "{Method} {Product} {Path} as {Principal} on {Site}")]
    public static partial void Called(ILogger logger, string method, string product, string path, string principal, string site);

    [LoggerMessage(2, LogLevel.Information, "A product call was refused: {Cause}")]
    public static partial void Refused(ILogger logger, string cause);
}
