using ForgeOrleans.Invocations;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Api.Contract;

/// <summary>The headers that access tokens come in (contract section 2).</summary>
internal static class TokenHeaders
{
    public const string System = "x-forge-oauth-system";
    public const string User = "x-forge-oauth-user";

    private const int LongestToken = 16 * 1024;

    public static InvocationTokens Read(HttpRequest request, DateTimeOffset receivedAt) =>
        new(Token(request.Headers[System]), Token(request.Headers[User]), receivedAt);

    // More than one value means that somebody between the platform and us has added one: then none is certain to be the platform's.
    private static string? Token(Microsoft.Extensions.Primitives.StringValues header) =>
        header is [{ Length: > 0 and <= LongestToken } token] && global::System.Text.Ascii.IsValid(token) ? token : null;
}
