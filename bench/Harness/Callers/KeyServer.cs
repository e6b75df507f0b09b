using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Bench.Callers;

/// <summary>Publishes the key of the minted tokens as the platform publishes its own.</summary>
public sealed class KeyServer(WebApplication app) : IAsyncDisposable
{
    private const string Path = "/.well-known/jwks.json";

    public string Url => app.Urls.First() + Path;

    public static async Task<KeyServer> StartAsync(RSA key, CancellationToken cancellation)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        var jwk = new
        {
            kty = "RSA",
            use = "sig",
            alg = "RS256",
            kid = FitMint.KeyId,
            n = Base64Url.EncodeToString(parameters.Modulus),
            e = Base64Url.EncodeToString(parameters.Exponent),
        };
        // Not the folder that the run was started in, which .NET would watch: the servers' databases are below it.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet(Path, () => Results.Json(new { keys = new[] { jwk } }));
        await app.StartAsync(cancellation);
        return new KeyServer(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
