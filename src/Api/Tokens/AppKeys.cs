using System.Buffers;
using System.Collections.Concurrent;
using ForgeOrleans.Api.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace ForgeOrleans.Api.Tokens;

/// <summary>The keys of one app: production's, staging's if configured, and those of Isolated Clouds.</summary>
internal sealed class AppKeys : IDisposable
{
    private const int LongestLabel = 50;
    private const int MostClouds = 100;
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private readonly ForgeAppOptions _app;
    private readonly Func<Uri, FetchBudget, SigningKeys> _keysAt;
    private readonly ConcurrentDictionary<string, SigningKeys> _clouds = new(StringComparer.Ordinal);
    // Of all clouds that are not known yet: the label is read before the token is verified, so anybody can make up labels.
    private readonly FetchBudget _cloudBudget;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SigningKeys _production;
    private readonly SigningKeys? _staging;

    public AppKeys(ForgeAppOptions app, HttpMessageInvoker http, TimeProvider clock, ILogger logger)
    {
        _app = app;
        AppId = EcosystemId.Uuid("app", app.Id)!;
        _keysAt = (address, atFirst) => new(address, Parameters, http, atFirst, clock, logger);
        _cloudBudget = new(clock, isShared: true);
        _production = _keysAt(new(app.JwksUrl), new(clock));
        _staging = app.Staging.JwksUrl is { } staging ? _keysAt(new(staging), new(clock)) : null;

        TokenValidationParameters Parameters(SecurityKey key) => new()
        {
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidIssuer = FitVerifier.Issuer,
            ValidAudiences = [app.Id, $"ari:cloud:ecosystem::app/{AppId}"],
            ClockSkew = FitVerifier.ClockSkew,
            LifetimeValidator = (notBefore, expires, _, _) => FitVerifier.IsInTime(notBefore, expires, clock),
            // The claims are read once, by this project's own strict reader; the library need not build objects of them.
            TryReadJwtClaim = SkipClaim,
        };
    }

    public string AppId { get; }

    /// <summary>The app's id as tokens write it.</summary>
    public string Audience => _app.Id;

    /// <summary>The keys that are fetched at start.</summary>
    public IEnumerable<SigningKeys> Standing => _staging is null ? [_production] : [_production, _staging];

    /// <summary>Whether a token of production could be verified now.</summary>
    public bool AreKnown => _production.AreKnown;

    /// <summary>Finds the key for a token by what it says of itself, which is not verified yet.</summary>
    public ValueTask<KeyLookup> FindAsync(string? icLabel, bool isStaging, string keyId, out FitRejection? rejection)
    {
        rejection = null;
        if (icLabel is { } label)
        {
            if (label.Length is 0 or > LongestLabel || label.AsSpan().ContainsAnyExcept(LabelCharacters))
                rejection = FitRejection.Label;
            else if (_app.IsolatedCloud.JwksUrlTemplate is not { } template)
                rejection = FitRejection.Environment;
            else
                return FindInCloudAsync(label, template, keyId);
            return default;
        }
        if (!isStaging)
            return _production.FindAsync(keyId);
        if (_staging is not null)
            return _staging.FindAsync(keyId);
        rejection = FitRejection.Environment;
        return default;
    }

    /// <summary>Ends the refreshing of the clouds' keys.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async ValueTask<KeyLookup> FindInCloudAsync(string label, string template, string keyId)
    {
        if (_clouds.TryGetValue(label, out var known))
            return await known.FindAsync(keyId);
        if (_clouds.Count >= MostClouds)
            return KeyLookup.Undecided;
        // Not every label makes a host that there can be.
        if (!Uri.TryCreate(template.Replace(ForgeAppOptions.IsolatedCloudOptions.Placeholder, label, StringComparison.Ordinal), UriKind.Absolute, out var address))
            return KeyLookup.Unknown;
        // Entered before it is asked, so that all who come meanwhile wait for the one request.
        var keys = _keysAt(address, _cloudBudget);
        if (!_clouds.TryAdd(label, keys))
            return await FindInCloudAsync(label, template, keyId);
        var lookup = await keys.FindAsync(keyId);
        // Only a cloud that answers with keys is remembered, and its keys kept fresh from then on.
        if (keys.AreKnown)
            _ = keys.RefreshAsync(_stopping.Token);
        else
            _clouds.TryRemove(new(label, keys));
        return lookup;
    }

    private static bool SkipClaim(ref System.Text.Json.Utf8JsonReader reader, JwtSegmentType segment, string name, out object value)
    {
        value = name;
        reader.Skip();
        return true;
    }
}
