using System.Buffers.Text;
using System.Net;
using System.Text;

namespace ForgeOrleans.Cluster.Tests.Processes;

/// <summary>What a cluster writes to its logs when it is asked to write all.</summary>
[Collection(ProcessCollection.Name)]
public sealed class LogTests(SharedProcesses shared)
{
    [ProcessFact]
    public async Task No_token_and_no_password_is_in_any_log_at_the_most_talkative_level()
    {
        await using var cluster = await ClusterProcesses.NewAsync(shared.Server);
        foreach (var category in (string[])["Default", "Orleans", "Microsoft.AspNetCore"])
            cluster.Set($"Logging__LogLevel__{category}", "Trace");
        await cluster.StartAsync(silos: 2, apis: 1);
        var sites = Load.NewSites(6);
        var tokens = sites.ToDictionary(site => site, cluster.Platform.Mint);
        var secrets = new List<string> { shared.Server.Password };

        foreach (var (site, token) in tokens)
        {
            var (system, user) = ($"system-token-of-{site}", $"user-token-of-{site}");
            // The signature is what makes the rest of a token worth anything.
            secrets.AddRange([system, user, token, token.Split('.')[2]]);
            await CallAsync(HttpMethod.Post, "/echo", token, "{}", system, user);
            await CallAsync(HttpMethod.Get, "/confluence/content?as=user", token, null, null, user);
            using var forged = await cluster.Apis[0].SendAsync(HttpMethod.Get, "/tasks/", token[..^6] + "AAAAAA", system: system);
            forged.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
        await cluster.Silos[^1].KillAsync();
        foreach (var token in tokens.Values)
        {
            await CallAsync(HttpMethod.Post, "/tasks/", token, """{"department":"R","team":"T","description":"Be quiet"}""");
            // With the token that the site's actor has.
            await CallAsync(HttpMethod.Get, "/confluence/content?as=app", token);
        }

        foreach (var log in cluster.Outputs)
        {
            log.ShouldContain("trce: Orleans");
            foreach (var secret in secrets.SelectMany(Forms))
                log.Contains(secret, StringComparison.Ordinal).ShouldBeFalse($"'{secret}' is in:\n{log.Split('\n').FirstOrDefault(line => line.Contains(secret))}");
        }

        async Task CallAsync(HttpMethod method, string path, string token, string? json = null, string? system = null, string? user = null)
        {
            using var answer = await cluster.Apis[0].SendAsync(method, path, token, json, system, user);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }
    }

    // As it is, and as base64 with whatever may stand around it: what depends on the neighbours at both ends is left out.
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        for (var before = 0; before < 3; before++)
        {
            var bytes = Encoding.UTF8.GetBytes(new string('x', before) + secret);
            var (from, to) = (before == 0 ? 0 : 4, bytes.Length / 3 * 4);
            yield return Convert.ToBase64String(bytes)[from..to];
            yield return Base64Url.EncodeToString(bytes)[from..to];
        }
    }
}
