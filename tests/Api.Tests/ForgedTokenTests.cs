using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>Tokens that somebody made who is not the platform: each is 401, says what kind of failure it is, and nothing of the token.</summary>
public sealed class ForgedTokenTests(SharedRemote shared) : IClassFixture<SharedRemote>
{
    [Fact]
    public Task Signed_with_nothing() => RefusedAsync(fit => fit.Header["alg"] = "none");

    [Fact]
    public async Task Signed_with_nothing_and_without_a_signature()
    {
        var token = Token(fit => fit.Header["alg"] = "none");
        await shared.RefusedAsync(token[..(token.LastIndexOf('.') + 1)]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("rs256")]
    [InlineData("RS384")]
    [InlineData("ES256")]
    [InlineData("")]
    [InlineData(null)]
    public Task With_another_algorithm_in_the_header_than_RS256(string? algorithm) => RefusedAsync(fit => fit.Header["alg"] = algorithm);

    [Fact]
    public Task Without_an_algorithm() => RefusedAsync(fit => fit.Header.Remove("alg"));

    [Fact]
    public Task With_a_list_of_algorithms() => RefusedAsync(fit => fit.Header["alg"] = new JsonArray("RS256"));

    [Fact]
    public async Task Signed_by_HMAC_with_the_public_key()
    {
        var fit = shared.NewFit();
        fit.Header["alg"] = "HS256";
        var parameters = SigningKey.Current.Rsa.ExportParameters(false);
        foreach (var secret in new[]
                 {
                     Encoding.ASCII.GetBytes(SigningKey.Current.Rsa.ExportSubjectPublicKeyInfoPem()),
                     Encoding.ASCII.GetBytes(SigningKey.Current.Rsa.ExportRSAPublicKeyPem()),
                     SigningKey.Current.Rsa.ExportSubjectPublicKeyInfo(),
                     parameters.Modulus!,
                 })
        {
            var content = $"{Fit.Encode(fit.Header.ToJsonString())}.{Fit.Encode(fit.Claims.ToJsonString())}";
            await shared.RefusedAsync($"{content}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(content)))}");
        }
    }

    [Theory]
    [InlineData("RS512", false)]
    [InlineData("PS256", true)]
    [InlineData("RS256", true)]
    public async Task Signed_with_the_right_key_in_another_way(string algorithm, bool pss)
    {
        var fit = shared.NewFit();
        fit.Header["alg"] = algorithm;
        var content = $"{Fit.Encode(fit.Header.ToJsonString())}.{Fit.Encode(fit.Claims.ToJsonString())}";
        var signature = SigningKey.Current.Rsa.SignData(
            Encoding.ASCII.GetBytes(content),
            algorithm == "RS512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256,
            pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        await shared.RefusedAsync($"{content}.{Base64Url.EncodeToString(signature)}");
    }

    [Fact]
    public Task Signed_by_another_key_of_the_same_id() => RefusedAsync(fit => fit.Key = SigningKey.Forged);

    [Theory]
    [InlineData("jwk")]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("x5c")]
    [InlineData("x5t")]
    [InlineData("x5t#S256")]
    public async Task That_bring_or_name_their_own_key(string parameter)
    {
        await using var evil = await StubServer.StartAsync();
        evil.Text = SigningKey.Set(SigningKey.Forged);
        foreach (var key in new[] { SigningKey.Forged, SigningKey.Current })
            await RefusedAsync(fit =>
            {
                fit.Key = key;
                fit.Header[parameter] = parameter switch
                {
                    "jwk" => SigningKey.Forged.ToJwk(),
                    "jku" or "x5u" => evil.Url.ToString(),
                    "x5c" => new JsonArray(Convert.ToBase64String(SigningKey.Forged.Rsa.ExportSubjectPublicKeyInfo())),
                    _ => "abc",
                };
            });
        evil.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("crit", "[\"exp\"]")]
    [InlineData("crit", "[]")]
    [InlineData("crit", "null")]
    [InlineData("b64", "false")]
    [InlineData("zip", "\"DEF\"")]
    [InlineData("enc", "\"A256GCM\"")]
    public Task That_demand_what_is_not_known_here(string parameter, string value) => RefusedAsync(fit => fit.Header[parameter] = JsonNode.Parse(value));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("[\"key-1\"]")]
    [InlineData("\"../key-1\"")]
    public Task That_name_no_key(string keyId) => RefusedAsync(fit => fit.Header["kid"] = JsonNode.Parse(keyId));

    [Fact]
    public Task Without_a_key_id() => RefusedAsync(fit => fit.Header.Remove("kid"));

    [Theory]
    [InlineData("""{"alg":"RS256","alg":"RS256","kid":"key-1"}""")]
    [InlineData("""{"alg":"none","alg":"RS256","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","kid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","\u006bid":"key-1"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1","typ":"JWT","typ":"JWT"}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1"}{}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1"} x""")]
    [InlineData("""{"alg":"RS256","kid":"key-1",}""")]
    [InlineData("""{"alg":"RS256","kid":"key-1" """)]
    [InlineData("""[{"alg":"RS256","kid":"key-1"}]""")]
    [InlineData("\"RS256\"")]
    [InlineData("null")]
    [InlineData("")]
    public Task With_a_header_that_two_readers_could_read_differently(string header) =>
        shared.RefusedAsync(Fit.Sign(SigningKey.Current, header, shared.NewFit().Claims.ToJsonString()));

    [Fact]
    public async Task With_deeply_nested_JSON()
    {
        foreach (var depth in new[] { 70, 1_500, 20_000 })
        {
            var bomb = new string('[', depth) + new string(']', depth);
            var objects = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
            var claims = shared.NewFit().Claims.ToJsonString()[..^1];
            await shared.RefusedAsync(Fit.Sign(SigningKey.Current, "{\"alg\":\"RS256\",\"kid\":\"key-1\",\"x\":" + bomb + "}", claims + "}"));
            await shared.RefusedAsync(Fit.Sign(SigningKey.Current, "{\"alg\":\"RS256\",\"kid\":\"key-1\"}", claims + ",\"x\":" + bomb + "}"));
            if (depth < 20_000)
                await shared.RefusedAsync(Fit.Sign(SigningKey.Current, "{\"alg\":\"RS256\",\"kid\":\"key-1\"}", claims + ",\"x\":" + objects + "}"));
            await shared.RefusedAsync(Fit.Sign(SigningKey.Current, "{\"alg\":\"RS256\",\"kid\":\"key-1\"}", bomb));
        }
    }

    [Fact]
    public async Task Cut_off_anywhere()
    {
        var token = Token();
        var dots = new[] { token.IndexOf('.'), token.LastIndexOf('.') };
        foreach (var length in dots.SelectMany(dot => new[] { dot - 1, dot, dot + 1, dot + 2 }).Concat([1, 10, token.Length - 1, token.Length - 2, token.Length - 10]))
            await shared.RefusedAsync(token[..length]);
        await shared.RefusedAsync(token[1..]);
        await shared.RefusedAsync(token[dots[0]..]);
        await shared.RefusedAsync(token[(dots[0] + 1)..]);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData(".")]
    [InlineData("a.b.c")]
    [InlineData("a.b")]
    [InlineData("%2e.%2e.%2e")]
    [InlineData("null")]
    public Task That_are_hardly_tokens(string token) => shared.RefusedAsync(token);

    [Fact]
    public async Task With_parts_added_emptied_or_exchanged()
    {
        var parts = Token().Split('.');
        var other = Token(fit => fit.OfSite(Fit.OtherSite)).Split('.');
        foreach (var token in new[]
                 {
                     $"{parts[0]}.{parts[1]}.{parts[2]}.",
                     $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[2]}",
                     $"{parts[0]}.{parts[1]}.{parts[2]}.{parts[1]}.{parts[2]}",
                     $".{parts[0]}.{parts[1]}.{parts[2]}",
                     $"{parts[0]}..{parts[1]}.{parts[2]}",
                     $"{parts[0]}..{parts[2]}",
                     $".{parts[1]}.{parts[2]}",
                     $"{parts[0]}.{other[1]}.{parts[2]}",
                     $"{parts[0]}.{parts[1]}.{other[2]}",
                     $"{parts[2]}.{parts[1]}.{parts[0]}",
                     $"{parts[0]}=.{parts[1]}.{parts[2]}",
                     $"{parts[0]}.{parts[1]}=.{parts[2]}",
                     $"{parts[0]}.{parts[1]}.{parts[2]}==",
                     $"{parts[0]}.*{parts[1]}.{parts[2]}",
                     $"{parts[0]}.{parts[1]}.{parts[2][..^1]}{(parts[2][^1] == 'A' ? 'Q' : 'A')}",
                     $"{parts[0]}.{parts[1]}.{new string('A', parts[2].Length)}",
                 })
            await shared.RefusedAsync(token);
    }

    [Fact]
    public async Task That_are_no_UTF8()
    {
        var header = Fit.Encode("""{"alg":"RS256","kid":"key-1"}""");
        var claims = shared.NewFit().Claims;
        claims["jti"] = "@@";
        var payload = Encoding.UTF8.GetBytes(claims.ToJsonString());
        payload[payload.AsSpan().IndexOf("@@"u8)] = 0xff;
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, header, payload));
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, Base64Url.EncodeToString("{\"alg\":\"RS256\",\"kid\":\"\xff\"}"u8[..^3]), payload));
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, header, [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(shared.NewFit().Claims.ToJsonString())]));
        await shared.RefusedAsync(Fit.Sign(SigningKey.Current, header, Encoding.Unicode.GetBytes(shared.NewFit().Claims.ToJsonString())));
    }

    [Theory]
    [InlineData(130)]
    [InlineData(160)]
    [InlineData(200)]
    public Task That_are_too_large(int kilobytes) => shared.RefusedAsync(Token(fit =>
        fit.Claims["context"]!["extension"] = new string('x', (kilobytes * 1024 * 3 / 4) - 1_000)));

    [Fact]
    public Task With_a_large_header() => RefusedAsync(fit => fit.Header["x"] = new string('x', 20_000));

    private Task RefusedAsync(Action<Fit> change) => shared.RefusedAsync(Token(change));

    private string Token(Action<Fit>? change = null) => shared.Remote.Token(change);
}
