using ForgeOrleans.Api.Tests.Remotes;

namespace ForgeOrleans.Api.Tests;

/// <summary>A remote that the tests of a class share, since none of them changes it.</summary>
public sealed class SharedRemote : IAsyncLifetime
{
    internal Remote Remote { get; private set; } = null!;

    internal Fit NewFit() => new(Remote.Clock.GetUtcNow());

    /// <summary>Sends a token that must be refused: 401, in the one form, and nothing of the token in it.</summary>
    internal Task RefusedAsync(string token) => RefusedWithAsync([$"Bearer {token}"]);

    internal async Task<string> RefusedWithAsync(params string[] authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/hello");
        foreach (var header in authorization)
            request.Headers.TryAddWithoutValidation("Authorization", header).ShouldBeTrue();
        using var response = await Remote.Http.SendAsync(request);
        var error = await response.ShouldBeErrorAsync(401, "invalid_token");
        var answer = $"{response.Headers} {await response.Content.ReadAsStringAsync()}";
        foreach (var part in authorization.SelectMany(header => header.Split('.', ' ', ',')).Where(part => part.Length > 8))
            answer.ShouldNotContain(part[..8]);
        return error.GetProperty("message").GetString()!;
    }

    public async Task InitializeAsync()
    {
        Remote = await Remote.StartAsync();
        using var response = await Remote.GetAsync("/hello");
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        // So many tokens with unknown keys come that the budget would be spent: then each is 401 without another request.
        Remote.Keys.MostInFlight.ShouldBe(1);
    }

    public async Task DisposeAsync() => await Remote.DisposeAsync();
}
