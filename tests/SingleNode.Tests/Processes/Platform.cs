using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ForgeOrleans.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode.Tests.Processes;

/// <summary>As much of the platform as a remote in a process of its own needs: keys, tokens, and a product that can take its time.</summary>
internal sealed class Platform : IAsyncDisposable
{
    public const string AppId = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107";
    private const string KeyId = "key-1";

    private readonly RSA _key = RSA.Create(2048);
    private readonly TaskCompletionSource _slowProduct = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<string> _productCalls = Channel.CreateUnbounded<string>();
    private readonly WebApplication _app;

    private Platform(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public string JwksUrl => $"{Url}/.well-known/jwks.json";

    public static async Task<Platform> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var platform = new Platform(app);
        app.MapGet("/.well-known/jwks.json", platform.Keys);
        app.MapGet("/ex/{product}/{**path}", platform.AnswerAsync);
        await app.StartAsync();
        return platform;
    }

    /// <summary>Waits until a product was called, and says which.</summary>
    public Task<string> NextProductCallAsync() => _productCalls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));

    public void LetTheSlowProductAnswer() => _slowProduct.TrySetResult();

    /// <summary>Mints a token for calls of a site, whose product is the one named.</summary>
    public string Mint(Site site, string product = "quick")
    {
        var now = DateTimeOffset.UtcNow;
        var installation = $"ari:cloud:ecosystem::installation/{site.Id}";
        var baseUrl = $"{Url}/ex/{product}";
        return Sign(new
        {
            app = new
            {
                id = AppId,
                appVersion = site.AppVersion,
                installationId = installation,
                apiBaseUrl = baseUrl,
                installation = new { id = installation, contexts = new[] { new { name = "confluence", apiBaseUrl = baseUrl, cloudId = site.CloudId } } },
                environment = new { type = "PRODUCTION", id = "ari:cloud:ecosystem::environment/0c8a6b8e-2c4d-4f5e-9a86-54f1a7f0f3b1" },
                module = new { type = "xen:macro", key = "task-board" },
            },
            context = new { cloudId = site.CloudId },
            principal = "5b10a2844c20165700ede21g",
            aud = AppId,
            iss = "forge/invocation-token",
            iat = now.ToUnixTimeSeconds(),
            nbf = now.ToUnixTimeSeconds(),
            exp = now.AddMinutes(5).ToUnixTimeSeconds(),
            jti = Guid.NewGuid(),
        });
    }

    public async ValueTask DisposeAsync()
    {
        LetTheSlowProductAnswer();
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private string Sign(object claims)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT", kid = KeyId });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private IResult Keys()
    {
        var parameters = _key.ExportParameters(includePrivateParameters: false);
        return Results.Json(new
        {
            keys = new[]
            {
                new
                {
                    kty = "RSA", use = "sig", alg = "RS256", kid = KeyId,
                    n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent),
                },
            },
        });
    }

    private async Task<IResult> AnswerAsync(string product, CancellationToken cancellationToken)
    {
        _productCalls.Writer.TryWrite(product);
        if (product == "slow")
            await _slowProduct.Task.WaitAsync(cancellationToken);
        if (product == "stuck")
            await Task.Delay(Timeout.Infinite, cancellationToken);
        return Results.Json(new { results = Array.Empty<object>() });
    }
}
