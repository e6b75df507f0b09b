using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.Json;
using ForgeOrleans.Api.Configuration;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ForgeOrleans.Api.Tokens;

/// <summary>
/// Verifies Forge Invocation Tokens (contract section 3). What costs nothing is checked first; the signature last, by
/// <see cref="JsonWebTokenHandler"/>, and nothing that the token says is used before that but to choose the key.
/// </summary>
internal sealed class FitVerifier : IDisposable
{
    public const string Issuer = "forge/invocation-token";

    /// <summary>How far the platform's clock and ours may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private const int LargestToken = 128 * 1024;
    private const int LargestPayload = 128 * 1024;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = LargestToken };
    private readonly FrozenDictionary<string, AppKeys> _apps;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;

    public FitVerifier(IOptions<ForgeOptions> options, TimeProvider clock, ILogger<FitVerifier> logger)
    {
        _clock = clock;
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        _apps = options.Value.Apps.Select(app => new AppKeys(app, _http, clock, logger)).ToFrozenDictionary(app => app.AppId);
    }

    public IEnumerable<AppKeys> Apps => _apps.Values;

    public static bool IsInTime(DateTime? notBefore, DateTime? expires, TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now < end + ClockSkew && (notBefore is not { } begin || now >= begin - ClockSkew);
    }

    /// <summary>Verifies a token.</summary>
    /// <returns>The invocation, or why the token was refused; never both.</returns>
    public async ValueTask<(ForgeInvocation? Invocation, FitRejection? Rejection)> VerifyAsync(string token)
    {
        if (token.Length > LargestToken)
            return (null, FitRejection.TooLarge);
        var (dot, last) = (token.IndexOf('.'), token.LastIndexOf('.'));
        if (dot <= 0 || last <= dot + 1 || last == token.Length - 1 || token.AsSpan(dot + 1, last - dot - 1).Contains('.'))
            return (null, FitRejection.Malformed);

        var (keyId, rejection) = FitHeader.Read(token.AsSpan(0, dot));
        if (rejection is not null)
            return (null, rejection);
        if (ReadClaims(token.AsSpan(dot + 1, last - dot - 1)) is not { } claims)
            return (null, FitRejection.Malformed);
        if (CheckClaims(claims, out var app) is { } unfit)
            return (null, unfit);

        var lookup = await app!.FindAsync(claims, keyId!, out rejection);
        if (rejection is not null || lookup.Key is not { } key)
            return (null, rejection ?? (lookup.IsUndecided ? FitRejection.KeysUnavailable : FitRejection.UnknownKey));
        return await SignatureIsValidAsync(token, key) ? InvocationReader.Read(claims, app.AppId) : (null, FitRejection.Signature);
    }

    public void Dispose() => _http.Dispose();

    private static FitClaims? ReadClaims(ReadOnlySpan<char> encoded)
    {
        if (Base64Url.GetMaxDecodedLength(encoded.Length) > LargestPayload)
            return null;
        var json = ArrayPool<byte>.Shared.Rent(Base64Url.GetMaxDecodedLength(encoded.Length));
        try
        {
            return Base64Url.TryDecodeFromChars(encoded, json, out var length)
                ? JsonSerializer.Deserialize(json.AsSpan(0, length), FitClaimsJson.Default.FitClaims)
                : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(json);
        }
    }

    private FitRejection? CheckClaims(FitClaims claims, out AppKeys? app)
    {
        app = null;
        if (claims.Issuer != Issuer)
            return FitRejection.Issuer;
        if (claims.Audience is null || EcosystemId.Uuid("app", claims.Audience) is not { } appId || !_apps.TryGetValue(appId, out app))
            return FitRejection.Audience;
        if (claims.Expires is not { } expires)
            return FitRejection.Claim("exp");
        var now = _clock.GetUtcNow();
        if (now >= InvocationReader.Time(expires) + ClockSkew)
            return FitRejection.Expired;
        return claims.NotBefore is { } notBefore && now < InvocationReader.Time(notBefore) - ClockSkew ? FitRejection.NotYetValid : null;
    }

    private async ValueTask<bool> SignatureIsValidAsync(string token, VerificationKey key)
    {
        try
        {
            var read = new JsonWebToken(token.AsMemory(), key.Parameters.TryReadJwtClaim);
            return (await _handler.ValidateTokenAsync(read, key.Parameters)).IsValid;
        }
        catch (ArgumentException)
        {
            // The library could not read what this project's reader could: then the two disagree, and nothing is certain.
            return false;
        }
    }
}
