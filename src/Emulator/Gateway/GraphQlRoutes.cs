using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ForgeOrleans.Emulator.Limits;
using ForgeOrleans.Emulator.Tokens;
using Microsoft.AspNetCore.Http.Features;

namespace ForgeOrleans.Emulator.Gateway;

/// <summary><c>POST /graphql</c>: the one mutation of a remote, a token for a user who isn't in session (contract, section 5).</summary>
internal static partial class GraphQlRoutes
{
    private const int LongestId = 300;
    private const int MostContexts = 10;

    public static void MapGraphQl(this IEndpointRouteBuilder gateway) => gateway.MapPost("/graphql", Answer);

    private static IResult Answer(GraphQlRequest request, HttpContext http, Platform platform, Impersonation impersonation)
    {
        var grant = http.Features.GetRequiredFeature<AccessGrant>();
        var limit = platform.Limits.Sizes.ImpersonationsPerMinute;
        if (platform.Limits.AdmitToGateway(grant.Site, GatewayLimit.Impersonations, GatewayLimit.Minute, limit) is { } at)
        {
            var seconds = LimitHeaders.Seconds(at - platform.Clock.GetUtcNow());
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return Refuse("Too many requests: offlineUserAuthToken is limited for the app", StatusCodes.Status429TooManyRequests);
        }

        if (Mutation().Match(request.Query ?? "") is not { Success: true } mutation)
        {
            return Refuse("The emulator's gateway knows the mutation offlineUserAuthToken(input: $input) alone");
        }

        if (Input(request, mutation.Groups["variable"].Value) is not { } input)
        {
            return Refuse("Variable of type OfflineUserAuthTokenInput! needs contextIds, a list of ids, and userId, an id");
        }

        var outcome = impersonation.Impersonate(grant, input);
        return Results.Json(new
        {
            data = new
            {
                offlineUserAuthToken = new
                {
                    success = outcome.Problem is null,
                    errors = outcome.Problem is { } problem ? new[] { new { message = problem } } : null,
                    authToken = outcome.Token is { } token ? new { token, ttl = outcome.Ttl } : null,
                },
            },
        });
    }

    private static ImpersonationInput? Input(GraphQlRequest request, string variable) =>
        request.Variables is { ValueKind: JsonValueKind.Object } variables
        && variables.TryGetProperty(variable, out var input)
        && input.ValueKind is JsonValueKind.Object
        && input.TryGetProperty("userId", out var user) && IsId(user)
        && input.TryGetProperty("contextIds", out var contexts) && contexts.ValueKind is JsonValueKind.Array
        && contexts.GetArrayLength() <= MostContexts && contexts.EnumerateArray().All(IsId)
            ? new ImpersonationInput([.. contexts.EnumerateArray().Select(context => context.GetString()!)], user.GetString()!)
            : null;

    private static bool IsId(JsonElement value) =>
        value.ValueKind is JsonValueKind.String && value.GetString() is { Length: <= LongestId } text && !text.Any(char.IsControl);

    // GraphQL says 200 to what it could read, and 400 to what it couldn't.
    private static IResult Refuse(string message, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(new { errors = new[] { new { message, extensions = new { statusCode = status } } } }, statusCode: status);

    [GeneratedRegex(
        """^\s*mutation\b[^{]*\{\s*offlineUserAuthToken\s*\(\s*input\s*:\s*\$(?<variable>\w+)\s*\)""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Mutation();
}

/// <summary>What GraphQL is asked.</summary>
internal sealed record GraphQlRequest(string? Query, JsonElement? Variables, string? OperationName);
