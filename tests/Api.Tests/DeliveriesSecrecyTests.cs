using System.Text;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>Stored work has nothing of a token in it, and neither has what is answered or logged of it.</summary>
public sealed class DeliveriesSecrecyTests
{
    [Fact]
    public async Task Nothing_of_any_token_is_in_the_database_the_log_or_an_answer()
    {
        using var data = new DataFolder();
        var system = $"{Fit.Encode("{\"alg\":\"RS256\"}")}.{Fit.Encode("{\"exp\":4102444800,\"sub\":\"app-account\"}")}.c2lnbmF0dXJlLW9mLXN5c3RlbQ";
        var context = $"{Fit.Encode("{\"alg\":\"RS256\"}")}.{Fit.Encode("{\"sub\":\"context-of-trigger\"}")}.c2lnbmF0dXJlLW9mLWNvbnRleHQ";
        var tokens = new List<string> { system, context };
        var answers = new StringBuilder();
        await using var remote = await Deliveries.StartAsync(
            app =>
            {
                app.MapForgeEvent("/events", "*", void (ProductEvent e) =>
                {
                    if (e.EntityId == "2")
                        throw new PermanentFailureException($"{e} {e.Json}");
                });
                app.MapForgeScheduledTrigger("hourly", "/hourly", void (TriggerRun run) => throw new InvalidOperationException($"{run} {run.Json}"));
            },
            Deliveries.Manifest(("hourly", "hour")),
            data.Path);
        foreach (var (path, body) in new[]
                 {
                     ("/hourly", $$"""{"context":{"cloudId":"c"},"contextToken":"{{context}}"}"""),
                     ("/events", Deliveries.Event(issue: 1, more: $",\"contextToken\":\"{context}\"")),
                     ("/events", Deliveries.Event(issue: 2, more: $",\"payload\":{{\"contextToken\":\"{context}\" , \"a\":{{\"contextToken\":{{\"value\":\"{context}\"}}}}}}")),
                     ("/events", Deliveries.Event(issue: 2, more: $",\"contextToken\":\"{context}\",\"contextToken\":\"{context}\"")),
                     ("/events", "{" + $"\"contextToken\":\"{context}\"" + "}"),
                     ("/events", "{"),
                 })
        {
            tokens.Add(remote.DeliveryToken());
            using var response = await remote.DeliverAsync(path, Encoding.UTF8.GetBytes(body), tokens[^1], system);
            answers.AppendLine($"{response} {await response.Content.ReadAsStringAsync()}");
        }
        await Eventually.TrueAsync(() => remote.QueueAsync().Result is { Running: 0, DeadLetters: 2 });

        var database = Encoding.Latin1.GetString(data.Database());
        database.ShouldContain("\"issue\":{\"id\":\"1\"");
        await remote.StopAsync();
        foreach (var place in new[] { database, Encoding.Latin1.GetString(data.Database()), remote.Logs.Text, answers.ToString() })
            foreach (var part in tokens.SelectMany(token => token.Split('.')))
                for (var at = 0; at + 12 <= Math.Min(part.Length, 2_000); at += 12)
                    place.Contains(part.Substring(at, 12), StringComparison.Ordinal).ShouldBeFalse($"there is '{part.Substring(at, 12)}', a part of a token");
    }

    [Fact]
    public async Task The_platforms_own_token_is_taken_out_and_all_else_is_left()
    {
        var said = new Said<string>();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", (ProductEvent e) => said.Say(e.Json.GetRawText())));
        foreach (var (sent, seen) in new[]
                 {
                     ("""{"eventType":"t","contextToken":"x"}""", """{"eventType":"t"}"""),
                     ("""{"contextToken":"x","eventType":"t"}""", """{"eventType":"t"}"""),
                     ("""{"eventType":"t" , "contextToken" : "x" , "ä":"\ud83d"}""", """{"eventType":"t" ,  "ä":"\ud83d"}"""),
                     ("""{"contextToken":"x","contextToken":"y","eventType":"t"}""", """{"eventType":"t"}"""),
                     ("""{"eventType":"t","contextToken":"x","contextToken":{"contextToken":[1,"}"]} }""", """{"eventType":"t" }"""),
                     ("""{"eventType":"t","a":[{"contextToken":null},{"contextToken":1,"b":2}]}""", """{"eventType":"t","a":[{},{"b":2}]}"""),
                     ("""{"eventType":"t","text":"\"contextToken\":\"x\""}""", """{"eventType":"t","text":"\"contextToken\":\"x\""}"""),
                     ("""{"eventType":"t","context\u0054oken":"x"}""", """{"eventType":"t"}"""),
                     ("""{"eventType":"t","contextTokens":1}""", """{"eventType":"t","contextTokens":1}"""),
                 })
        {
            await remote.AcceptedAsync("/events", sent);
            (await said.NextAsync()).ShouldBe(seen);
        }
    }
}
