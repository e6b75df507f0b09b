using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator;
using ForgeOrleans.Emulator.Keys;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Verification.Tokens;

/// <summary>Has good tokens minted by the emulated platform, and makes bad ones from them.</summary>
internal sealed class TokenForge : IAsyncDisposable
{
    private readonly EmulatorHost _platform;
    private readonly HttpClient _http;
    private readonly ForgerKey _key = new();
    private readonly ForgerServer _server;

    private TokenForge(EmulatorHost platform, ForgerServer server)
    {
        _platform = platform;
        _server = server;
        _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = platform.Url };
    }

    /// <summary>The key server that no remote may call.</summary>
    public ForgerServer Server => _server;

    /// <summary>The id of the forger's own key.</summary>
    public string OwnKeyId => _key.Id;

    /// <summary>The id of the key with which the platform signs now.</summary>
    public string PublishedKeyId => _platform.Platform.Keys.CurrentKeyId;

    public static async Task<TokenForge> StartAsync(EmulatorHost platform, CancellationToken ct)
    {
        TokenForge? forge = null;
        // It has the forger's key under the published id too, for those who look that up at an address that the token names.
        var server = await ForgerServer.StartAsync(
            () => new() { ["keys"] = new JsonArray(forge!._key.ToJwk(forge.PublishedKeyId), forge._key.ToJwk(forge.OwnKeyId)) }, ct);
        return forge = new(platform, server);
    }

    public async Task<MintedToken> MintAsync(TokenWish wish, CancellationToken ct)
    {
        using var response = await _http.PostAsJsonAsync("/mint", wish, JsonSerializerOptions.Web, ct);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>(ct);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"The emulator mints no token: {answer?["message"]}");
        return new(
            answer!["fit"]!.GetValue<string>(), answer["claims"]!.AsObject(), answer["systemToken"]!.GetValue<string>(), answer["userToken"]?.GetValue<string>());
    }

    /// <summary>The keys as the platform publishes them.</summary>
    public async Task<JsonArray> PublishedKeysAsync(CancellationToken ct) =>
        (await _http.GetFromJsonAsync<JsonObject>(KeyRoutes.JwksPath, ct))!["keys"]!.AsArray();

    /// <summary>Signs claims with the forger's key.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="keyId">The key that the token names; null for none.</param>
    /// <param name="header">More of the header.</param>
    public string Sign(JsonObject claims, string? keyId, JsonObject? header = null)
    {
        var whole = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" };
        if (keyId is not null)
            whole["kid"] = keyId;
        return CompactToken.Write(Patch.Combine(whole, header ?? []), claims, _key.Sign);
    }

    /// <summary>The forger's public key under the published key's id.</summary>
    public JsonObject OwnJwk => _key.ToJwk(PublishedKeyId);

    /// <summary>A certificate of the forger's for the forger's key.</summary>
    public string OwnCertificate() => _key.Certificate();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _key.Dispose();
        await _server.DisposeAsync();
    }
}
