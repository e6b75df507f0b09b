using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Storage;

/// <summary>Lets a remote's request to Forge storage through with the app's own token, which says of which site the data is.</summary>
internal sealed class StorageGate(Platform platform, AccessTokens tokens, ILogger<StorageGate> logger) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return Unauthorized("the request has no bearer token");
        }

        var (grant, problem) = Check(header[Scheme.Length..].Trim());
        if (grant is null)
        {
            return Unauthorized(problem!);
        }

        if (grant.User is not null)
        {
            return Unauthorized("the token is a user's, and Forge storage is for the app's own");
        }

        if (!StorageScope.Needed.IsMetBy(grant.Scopes))
        {
            return Unauthorized($"scope does not match: the manifest needs {StorageScope.Name}");
        }

        if (platform.ProductRefusal(grant.Site) is { } status)
        {
            return Refuse(status, "The app is not installed on this instance", "the app is not installed there");
        }

        http.Features.Set(grant);
        return await next(context);
    }

    private (AccessGrant? Grant, string? Problem) Check(string token)
    {
        // Every site but its own says that a token is another's.
        var verdicts = platform.Sites.Select(site => tokens.Check(token, site)).ToList();
        return verdicts.FirstOrDefault(verdict => verdict.Grant is not null) is { Grant: not null } good ? good : verdicts[0];
    }

    private IResult Unauthorized(string cause) => Refuse(StatusCodes.Status401Unauthorized, $"Unauthorized; {cause}", cause);

    // By the gateway before the storage, whose codes are numbers.
    private IResult Refuse(int status, string message, string cause)
    {
        StorageLog.Refused(logger, "gateway", cause);
        return Results.Json(new { code = status, message }, statusCode: status);
    }
}
