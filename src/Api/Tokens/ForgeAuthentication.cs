using System.Security.Claims;
using System.Text.Encodings.Web;
using ForgeOrleans.Api.Contract;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api.Tokens;

/// <summary>The authentication scheme <see cref="SchemeName"/>: a request is who its Forge Invocation Token says, or 401.</summary>
internal sealed class ForgeAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, FitVerifier verifier)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ForgeInvocationToken";
    public const string InstallationClaim = "forge:installation";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var arrived = TimeProvider.GetTimestamp();
        var (token, unread) = ReadToken();
        if (token.IsEmpty)
            return unread is null ? AuthenticateResult.NoResult() : AuthenticateResult.Fail(unread);
        var (invocation, rejection) = await verifier.VerifyAsync(token);
        if (invocation is null)
            return AuthenticateResult.Fail(rejection!);

        Context.Features.Set(new VerifiedInvocation(invocation, arrived));
        var identity = new ClaimsIdentity(SchemeName);
        identity.AddClaim(new Claim(InstallationClaim, invocation.Installation.InstallationId));
        if (invocation.Principal is { } principal)
            identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, principal));
        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var rejection = (await HandleAuthenticateOnceSafeAsync()).Failure as FitRejection ?? FitRejection.Missing;
        await (rejection.IsUndecided
            ? ErrorResponse.WriteAsync(Context, new(ForgeErrorCode.Unavailable, rejection.Message) { RetryAfter = TimeSpan.FromSeconds(5) })
            : ErrorResponse.WriteAsync(Context, new(ForgeErrorCode.InvalidToken, rejection.Message)));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        ErrorResponse.WriteAsync(Context, new(ForgeErrorCode.Forbidden, "This invocation may not do that."));

    private (ReadOnlyMemory<char> Token, FitRejection? Rejection) ReadToken() => Request.Headers.Authorization switch
    {
        [] => (default, null),
        [{ } header] when header.Length > Bearer.Length && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header.IndexOf(' ', Bearer.Length) < 0 =>
            (header.AsMemory(Bearer.Length), null),
        [_] => (default, FitRejection.NotBearer),
        _ => (default, FitRejection.Ambiguous),
    };
}
