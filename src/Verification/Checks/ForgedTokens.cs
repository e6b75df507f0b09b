using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Tokens;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>Bad tokens that can be told without asking for a key.</summary>
internal static class ForgedTokens
{
    private const double TenMinutes = 600;
    private const string OtherApp = "ari:cloud:ecosystem::app/0b0e5c1e-7d0f-4c55-9a35-6f0d2f3b9e11";
    private const string VerifySignature = "Verify the signature with the key of the JWKS that \"kid\" names, and take RS256 only.";
    private const string Refuse401 = "Answer 401, and only that, to a request without a Forge Invocation Token that verifies: before anything else is looked at.";
    private const string OnlyOwnKeys = "Take keys from the configured JWKS URL alone: ignore or refuse \"jwk\", \"jku\", \"x5u\" and \"x5c\" of a token's header.";

    public static IReadOnlyList<Check> All { get; } =
    [
        ForgedToken.Of("token-missing", "A request without a token is refused", Refuse401, (_, _) => [new(null)]).AsCheck(),
        ForgedToken.Of("token-garbage", "What is no token is refused", Refuse401, (_, _) => Garbage()).AsCheck(),
        ForgedToken.Of(
            "token-elsewhere", "A good token in the query or in a cookie, and not in the header, is refused", "Read the token from the Authorization header alone.",
            (_, good) => Elsewhere(good)).AsCheck(),
        ForgedToken.Of(
            "token-access", "An access token in place of the Forge Invocation Token is refused", "Verify what comes as Authorization with the JWKS; access tokens come in headers of their own.",
            (_, good) => [Credentials.Bearer(good.SystemToken)]).AsCheck(),
        ForgedToken.Of(
            "token-signature", "A token whose signature is not that of the key it names is refused", VerifySignature,
            (forge, good) => [Credentials.Bearer(forge.Sign(good.Claims, forge.PublishedKeyId))]).AsCheck(),
        ForgedToken.Of("token-stripped", "A token without its signature is refused", VerifySignature, (_, good) => Stripped(good)).AsCheck(),
        ForgedToken.Of("token-changed", "A token that was changed after it was signed is refused", VerifySignature, (_, good) => [Changed(good)]).AsCheck(),
        ForgedToken.Of("token-no-kid", "A forged token that names no key is refused", VerifySignature, (forge, good) => [Credentials.Bearer(forge.Sign(good.Claims, null))]).AsCheck(),
        ForgedToken.Of("token-alg-none", "A token with \"alg\": \"none\" is refused", "Allow the algorithm RS256 and no other.", (forge, good) => Unsigned(forge, good)).AsCheck(),
        new ForgedToken(
            "token-hs256", "An HS256 token signed with the public key as the secret is refused", "Allow the algorithm RS256 and no other: never let the token choose.", SymmetricAsync).AsCheck(),
        ForgedToken.Of(
            "token-jwk", "A token that brings its own key (\"jwk\") is refused", OnlyOwnKeys,
            (forge, good) => [Credentials.Bearer(forge.Sign(good.Claims, forge.PublishedKeyId, new() { ["jwk"] = forge.OwnJwk }))]).AsCheck(),
        ForgedToken.Of(
            "token-jku", "A token that names its own key server (\"jku\", \"x5u\") is refused, and that server is not called", OnlyOwnKeys, (forge, good) => Addressed(forge, good)).AsCheck(),
        ForgedToken.Of(
            "token-x5c", "A token that brings its own certificate (\"x5c\") is refused", OnlyOwnKeys,
            (forge, good) => [Credentials.Bearer(forge.Sign(good.Claims, forge.PublishedKeyId, new() { ["x5c"] = new JsonArray(forge.OwnCertificate()) }))]).AsCheck(),
        ForgedToken.Minted("token-expired", "A token that expired ten minutes ago is refused", "Check \"exp\", with a minute of skew at the most.", wish => wish with { ExpiresIn = -TenMinutes }).AsCheck(),
        ForgedToken.Saying(
            "token-no-exp", "A token without an \"exp\" that is a time is refused", "Require \"exp\" (jose: requiredClaims: ['exp']), and a number in it.",
            new JsonObject { ["exp"] = null }, new JsonObject { ["exp"] = "never" }).AsCheck(),
        ForgedToken.Minted(
            "token-not-yet", "A token that is valid only in ten minutes is refused", "Check \"nbf\", with a minute of skew at the most.",
            wish => (wish with { ExpiresIn = TenMinutes + 25 }).With(new() { ["nbf"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + (long)TenMinutes })).AsCheck(),
        ForgedToken.Saying(
            "token-issuer", "A token of another issuer, or of none, is refused", "Check that \"iss\" is forge/invocation-token.",
            new JsonObject { ["iss"] = "forge/somebody-else" }, new JsonObject { ["iss"] = null }).AsCheck(),
        ForgedToken.Saying(
            "token-audience", "A token for another audience, or for none, is refused", "Check that \"aud\" is your app's id, whole.",
            new JsonObject { ["aud"] = OtherApp }, new JsonObject { ["aud"] = null }, new JsonObject { ["aud"] = "ari:cloud:ecosystem::app/" }).AsCheck(),
        ForgedToken.Saying(
            "token-other-app", "Another app's token is refused", "Check that \"aud\" is your app's id: the platform signs the tokens of all apps with the same keys.",
            new JsonObject { ["aud"] = OtherApp, ["app"] = new JsonObject { ["id"] = OtherApp } }).AsCheck(),
    ];

    private static IEnumerable<Credentials> Garbage() =>
    [
        new("Bearer") { Note = "the scheme alone" },
        new("Bearer not-a-token") { Note = "a word" },
        new("Bearer a.b.c") { Note = "three letters" },
        new("Bearer eyJhbGciOiJSUzI1NiJ9.e30.AAAA") { Note = "a token that says nothing" },
        new("Basic Zm9yZ2U6Zm9yZ2U=") { Note = "another scheme" },
        new($"Bearer {new string('A', 4_000)}") { Note = "4,000 letters" },
    ];

    private static IEnumerable<Credentials> Elsewhere(MintedToken good) =>
    [
        // One at a time: servers limit the length of an address.
        .. ((string[])["access_token", "token", "jwt", "authorization"]).Select(name => new Credentials(null) { Query = $"{name}={good.Fit}", Note = $"in the query as {name}" }),
        new(null) { Headers = [("cookie", $"token={good.Fit}; jwt={good.Fit}; access_token={good.Fit}; authorization={good.Fit}")], Note = "in a cookie" },
        new(null) { Headers = [("x-authorization", $"Bearer {good.Fit}"), ("x-access-token", good.Fit), ("x-forge-oauth-system", good.Fit)], Note = "in another header" },
    ];

    private static IEnumerable<Credentials> Stripped(MintedToken good)
    {
        var signed = good.Fit[..good.Fit.LastIndexOf('.')];
        return [Credentials.Bearer($"{signed}.", "an empty signature"), Credentials.Bearer(signed, "two parts")];
    }

    private static Credentials Changed(MintedToken good)
    {
        var parts = good.Fit.Split('.');
        var claims = good.Claims.DeepClone().AsObject();
        claims["principal"] = "712020:somebody-else";
        return Credentials.Bearer($"{parts[0]}.{CompactToken.Encode(claims)}.{parts[2]}");
    }

    private static IEnumerable<Credentials> Unsigned(TokenForge forge, MintedToken good)
    {
        foreach (var name in (string[])["none", "None", "NONE"])
        {
            var header = new JsonObject { ["alg"] = name, ["typ"] = "JWT", ["kid"] = forge.PublishedKeyId };
            yield return Credentials.Bearer(CompactToken.Write(header, good.Claims, _ => []), name);
        }
    }

    private static IEnumerable<Credentials> Addressed(TokenForge forge, MintedToken good)
    {
        foreach (var name in (string[])["jku", "x5u"])
            yield return Credentials.Bearer(forge.Sign(good.Claims, forge.PublishedKeyId, new() { [name] = $"{forge.Server.Url}.well-known/jwks.json" }), name);
    }

    // What libraries take for a secret when they are given a public key.
    private static async Task<IReadOnlyList<Credentials>> SymmetricAsync(Stage stage, Door door, CancellationToken ct)
    {
        var good = await stage.Forge.MintAsync(door.Token, ct);
        var jwk = (await stage.Forge.PublishedKeysAsync(ct))[0]!.AsObject();
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes("n"), Exponent = Bytes("e") });
        var pem = rsa.ExportSubjectPublicKeyInfoPem();
        (string Note, byte[] Secret)[] secrets =
        [
            ("the PEM", Encoding.UTF8.GetBytes(pem)),
            ("the PEM with a line break", Encoding.UTF8.GetBytes($"{pem}\n")),
            ("the key's DER", rsa.ExportSubjectPublicKeyInfo()),
            ("the PKCS #1 PEM", Encoding.UTF8.GetBytes($"{rsa.ExportRSAPublicKeyPem()}\n")),
            ("the modulus", Bytes("n")),
            ("the JWK", Encoding.UTF8.GetBytes(jwk.ToJsonString())),
        ];
        var header = new JsonObject { ["alg"] = "HS256", ["typ"] = "JWT", ["kid"] = stage.Forge.PublishedKeyId };
        return [.. secrets.Select(secret => Credentials.Bearer(CompactToken.Write(header, good.Claims, data => HMACSHA256.HashData(secret.Secret, data)), secret.Note))];

        byte[] Bytes(string name) => System.Buffers.Text.Base64Url.DecodeFromChars(jwk[name]!.GetValue<string>());
    }
}
