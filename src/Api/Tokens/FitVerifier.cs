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
    // The end of the year 9999, in seconds since the epoch.
    private const double LatestTime = 253_402_300_799;
    // No padding and no white space, which decoders skip: there is one way to write a token.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = LargestToken };
    private readonly FrozenDictionary<string, AppKeys> _apps;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;
    private readonly KnownApps _knownApps;
    private volatile HeaderOfKey? _lastHeader;

    public FitVerifier(IOptions<ForgeOptions> options, TimeProvider clock, ILogger<FitVerifier> logger)
    {
        _clock = clock;
        _knownApps = new(clock);
        _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
        _apps = options.Value.Apps.Select(app => new AppKeys(app, _http, clock, logger)).ToFrozenDictionary(app => app.AppId);
    }

    public IEnumerable<AppKeys> Apps => _apps.Values;

    public static bool IsInTime(DateTime? notBefore, DateTime? expires, TimeProvider clock)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return expires is { } end && now - ClockSkew < end && (notBefore is not { } begin || now + ClockSkew >= begin);
    }

    /// <summary>Verifies a token.</summary>
    /// <returns>The invocation, or why the token was refused; never both.</returns>
    public async ValueTask<(ForgeInvocation? Invocation, FitRejection? Rejection)> VerifyAsync(ReadOnlyMemory<char> token)
    {
        if (token.Length > LargestToken)
            return (null, FitRejection.TooLarge);
        if (!TrySplit(token.Span, out var dot, out var last))
            return (null, FitRejection.Malformed);
        var (keyId, rejection) = ReadHeader(token.Span[..dot]);
        if (rejection is not null)
            return (null, rejection);
        if (ReadClaims(token.Span[(dot + 1)..last], out var payload) is not { } claims)
            return (null, FitRejection.Malformed);
        if (CheckClaims(claims, out var keys) is { } unfit)
            return (null, unfit);
        if (claims.App is not { } place)
            return (null, FitRejection.Claim("app"));

        var known = _knownApps.Find(payload.AsSpan(place));
        var app = known;
        if (app is null)
            (app, rejection) = InvocationReader.ReadApp(payload.AsSpan(place));
        if (app is null || app.Facts.AppId != keys!.AppId)
            return (null, rejection ?? FitRejection.Claim("app.id"));

        var lookup = await keys.FindAsync(claims.IcLabel, app.IsStaging, keyId!, out rejection);
        if (rejection is not null || lookup.Key is not { } key)
            return (null, rejection ?? (lookup.IsUndecided ? FitRejection.KeysUnavailable : FitRejection.UnknownKey));
        if (!await SignatureIsValidAsync(token, key))
            return (null, FitRejection.Signature);
        if (known is null)
            _knownApps.Remember(payload.AsSpan(place), app);
        return InvocationReader.Read(claims, app, claims.Context is { } context ? payload.AsMemory(context) : default);
    }

    public void Dispose()
    {
        foreach (var app in Apps)
            app.Dispose();
        _http.Dispose();
        _knownApps.Dispose();
    }

    private static bool TrySplit(ReadOnlySpan<char> token, out int dot, out int last)
    {
        (dot, last) = (token.IndexOf('.'), token.LastIndexOf('.'));
        return dot > 0 && last > dot + 1 && last < token.Length - 1
            && !token[(dot + 1)..last].Contains('.') && !token.ContainsAnyExcept(TokenCharacters);
    }

    // All tokens signed with one key have the same header.
    private (string? KeyId, FitRejection? Rejection) ReadHeader(ReadOnlySpan<char> encoded)
    {
        if (_lastHeader is { } last && encoded.SequenceEqual(last.Encoded))
            return (last.KeyId, null);
        var (keyId, rejection) = FitHeader.Read(encoded);
        if (keyId is not null)
            _lastHeader = new(encoded.ToString(), keyId);
        return (keyId, rejection);
    }

    private static FitClaims? ReadClaims(ReadOnlySpan<char> encoded, out byte[] payload)
    {
        payload = [];
        if (Base64Url.GetMaxDecodedLength(encoded.Length) > LargestPayload)
            return null;
        try
        {
            payload = Base64Url.DecodeFromChars(encoded);
            return new ClaimReader(payload).Read();
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private FitRejection? CheckClaims(FitClaims claims, out AppKeys? app)
    {
        app = null;
        if (claims.Issuer != Issuer)
            return FitRejection.Issuer;
        if (claims.Audience is null || (app = FindApp(claims.Audience)) is null)
            return FitRejection.Audience;
        if (claims.Expires is not { } expires || expires is not (> 0 and < LatestTime))
            return FitRejection.Claim("exp");
        var now = _clock.GetUtcNow();
        if (now - ClockSkew >= InvocationReader.Time(expires))
            return FitRejection.Expired;
        return claims.NotBefore is { } notBefore && now + ClockSkew < InvocationReader.Time(notBefore) ? FitRejection.NotYetValid : null;
    }

    private AppKeys? FindApp(string audience)
    {
        foreach (var app in _apps.Values)
            if (app.Audience == audience)
                return app;
        return EcosystemId.Uuid("app", audience) is { } appId ? _apps.GetValueOrDefault(appId) : null;
    }

    private async ValueTask<bool> SignatureIsValidAsync(ReadOnlyMemory<char> token, VerificationKey key)
    {
        try
        {
            var read = new JsonWebToken(token, key.Parameters.TryReadJwtClaim);
            return (await _handler.ValidateTokenAsync(read, key.Parameters)).IsValid;
        }
        catch (ArgumentException)
        {
            // The library could not read what this project's reader could: then the two disagree, and nothing is certain.
            return false;
        }
    }

    private sealed record HeaderOfKey(string Encoded, string KeyId);
}
