using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>As much of the platform as a remote in processes of its own needs: keys, tokens, and a product that keeps what it was asked with.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private readonly StubServer _stub;
    private readonly TaskCompletionSource _slowProduct = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Platform(StubServer stub) => _stub = stub;

    /// <summary>What every process must be told of the platform.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Forge__Apps__0__Id"] = Fit.AppId,
        ["Forge__Apps__0__JwksUrl"] = new Uri(_stub.Url, "keys").ToString(),
        ["Forge__ProductApi__AllowedOrigins__0"] = _stub.Url.GetLeftPart(UriPartial.Authority),
    };

    /// <summary>The access tokens that the product was called with by a site.</summary>
    public IEnumerable<string?> ProductCalls(string site) =>
        _stub.Requests.Where(request => request.Target.StartsWith($"/{site}/", StringComparison.Ordinal)).Select(request => request.Header("authorization"));

    public static async Task<Platform> StartAsync()
    {
        var platform = new Platform(await StubServer.StartAsync());
        platform._stub.Answer = platform.AnswerAsync;
        return platform;
    }

    /// <summary>Mints a token for calls of a site that lasts for the longest of tests; signing one for every call would be most of the load.</summary>
    public string Mint(string site) => FitOf(site).ToString();

    /// <summary>Mints a token for what the platform delivers to a site by itself: no user has caused it.</summary>
    public string MintDelivery(string site)
    {
        var fit = FitOf(site);
        fit.Claims.Remove("principal");
        return fit.ToString();
    }

    /// <summary>Lets calls that were made with <see cref="SlowToken"/> go.</summary>
    public void LetTheSlowProductAnswer() => _slowProduct.TrySetResult();

    /// <summary>An access token for which the product takes its time.</summary>
    public const string SlowToken = "a-token-of-patience";

    public async ValueTask DisposeAsync()
    {
        LetTheSlowProductAnswer();
        await _stub.DisposeAsync();
    }

    private Fit FitOf(string site)
    {
        var fit = new Fit(DateTimeOffset.UtcNow);
        fit.OfSite(site);
        fit.AtBase(new Uri(_stub.Url, site).ToString());
        fit.Claims["exp"] = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds();
        return fit;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/keys")
        {
            await WriteAsync(context, SigningKey.Set(SigningKey.Current));
            return;
        }
        var bearer = context.Request.Headers.Authorization.ToString();
        if (bearer == $"Bearer {SlowToken}")
            await _slowProduct.Task.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = bearer.Length > "Bearer ".Length ? StatusCodes.Status200OK : StatusCodes.Status401Unauthorized;
        await WriteAsync(context, """{"results":[]}""");
    }

    private static Task WriteAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }
}
