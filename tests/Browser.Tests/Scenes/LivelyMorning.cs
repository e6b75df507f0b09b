using ForgeOrleans.Conformance;
using Microsoft.AspNetCore.Http;

namespace ForgeOrleans.Browser.Tests.Scenes;

/// <summary>Seven minutes of an app that is used, with a remote that is not always right: always the same seven minutes.</summary>
internal sealed class LivelyMorning(ConsoleScene scene, FakeClock clock)
{
    private const int Calls = 120;
    private static readonly TimeSpan OfAnEvent = TimeSpan.FromSeconds(5);

    private readonly Random _chance = new(11);

    public async Task PassAsync()
    {
        scene.Remote.Answer = AnswerAsync;
        for (var call = 0; call < Calls; call++)
        {
            await PassAsync(_chance.Next(400, 5600));
            await CallAsync(call);
        }

        await PlanAsync();
        await QuietAsync();
    }

    /// <summary>What is to be seen at the top when the morning is over.</summary>
    private async Task PlanAsync()
    {
        foreach (var begin in (Func<Task>[])
        [
            () => scene.InvokeAsync("/reports/weekly", site: "globex"),
            () => scene.EventAsync(new { issue = new { key = "ROAD-12" } }),
            () => scene.InvokeAsync("/tasks", "POST", new { title = "Write the release notes", team = "Platform" }, user: scene.Browser.Ben.AccountId),
            () => scene.InvokeAsync("/tasks/01J9ZK4Q7M", "DELETE"),
            () => scene.PostAsync("/triggers", new { site = "globex", trigger = "hourly-sync" }),
            () => scene.InvokeAsync("/activity?limit=50", site: "globex"),
        ])
        {
            await PassAsync(_chance.Next(300, 2000));
            await begin();
        }
    }

    // Only the remote's own time passes while it answers.
    private async Task PassAsync(int milliseconds)
    {
        await QuietAsync();
        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        await QuietAsync();
    }

    private async Task QuietAsync()
    {
        while ((await scene.GetAsync("/requests?verdict=running&limit=1"))!["requests"]!.AsArray().Count > 0)
        {
            await Task.Yield();
        }
    }

    private Task CallAsync(int number) => (number % 40, _chance.Next(10)) switch
    {
        (7, _) => scene.InvokeAsync("/reports/weekly"),
        (13, _) => scene.InvokeAsync("/tasks/01J9ZK4Q7M", "DELETE", site: "globex"),
        (19, _) => scene.PostAsync("/triggers", new { site = "acme", trigger = "hourly-sync" }),
        (23, _) => scene.EventAsync(new { issue = new { key = "ROAD-7" }, slow = true }),
        (28, _) => scene.PostAsync("/webtriggers/import-hook?site=acme", new { rows = 12 }),
        (33, _) => scene.PostAsync("/sites/globex/upgrade", new { }),
        (_, < 2) => scene.EventAsync(new { issue = new { key = $"ROAD-{_chance.Next(1, 60)}" } }, site: Site()),
        (_, 2) => scene.EventAsync(new { page = new { id = "65537" } }, name: "avi:confluence:created:page"),
        (_, 3) => scene.InvokeAsync("/tasks", "POST", new { title = "Ask about the board" }, site: Site()),
        (_, 4) => scene.InvokeAsync("/activity?limit=50", site: Site()),
        (_, 5) => scene.InvokeAsync("/confluence/pages?cursor=eyJpZCI6NjU1Mzd9", user: scene.Browser.Ben.AccountId),
        _ => scene.InvokeAsync("/tasks?done=false", site: Site()),
    };

    private string Site() => _chance.Next(3) is 0 ? "globex" : "acme";

    private async Task AnswerAsync(HttpContext http)
    {
        clock.Advance(TimeSpan.FromMilliseconds(4 + Math.Pow(_chance.NextDouble(), 3) * 260));
        var (request, response) = (http.Request, http.Response);
        response.ContentType = "application/json";
        if (scene.Remote.Last.Text.Contains("\"slow\"") && !scene.Remote.Last.Text.Contains("retryContext"))
        {
            clock.Advance(OfAnEvent);
        }
        else if (request.Path == "/reports/weekly")
        {
            (response.StatusCode, response.ContentType) = (500, "text/html; charset=utf-8");
            await response.WriteAsync("<!doctype html>\n<title>Error</title>\n<pre>NullReferenceException at Reports.Weekly()</pre>");
        }
        else if (request.Method == "DELETE")
        {
            (response.StatusCode, response.ContentType) = (404, null);
        }
        else if (request.Path == "/triggers/hourly")
        {
            clock.Advance(TimeSpan.FromSeconds(4.3));
            response.StatusCode = 202;
        }
        else if (request.Path == "/events" || request.Path == "/lifecycle")
        {
            response.StatusCode = 202;
        }
        else if (request.Path == "/hooks")
        {
            await response.WriteAsync("""{"statusCode": 200, "headers": {}, "body": "{\"rows\": 12}"}""");
        }
        else
        {
            response.StatusCode = request.Method == "POST" ? 201 : 200;
            await response.WriteAsync(
                """
                {"tasks": [{"id": "01J9ZK4Q7M", "title": "Write the release notes", "team": "Platform", "points": 3, "done": false},
                  {"id": "01J9ZK4Q7N", "title": "Ask about the board", "team": "Design", "points": 1, "done": true}], "next": null}
                """);
        }
    }
}
