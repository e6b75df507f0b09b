using System.Net.Http.Json;
using System.Text.Json;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>A remote whose work fails on demand, and its operator.</summary>
internal sealed class AdminScene : IAsyncDisposable
{
    public const string Key = "an-operators-key-of-these-tests";

    private const string Manifest = RemoteSetup.PlainManifest + """

        modules:
          scheduledTrigger:
            - key: hourly
              endpoint: hourly
              interval: hour
          endpoint:
            - key: hourly
              remote: backend
              route:
                path: /triggers/hourly
        """;

    private AdminScene(Remote remote) => Remote = remote;

    public Remote Remote { get; }

    public FakeClock Clock => Remote.Clock;

    public HttpClient Http => Remote.Http;

    /// <summary>Whether jobs named <c>sometimes</c> succeed.</summary>
    public bool Succeeds { get; set; }

    public static async Task<AdminScene> StartAsync(Dictionary<string, string?>? settings = null, Action<WebApplication>? map = null)
    {
        AdminScene? scene = null;
        var remote = await Remote.StartAsync(new()
        {
            Manifest = Manifest,
            Settings = new(settings ?? []) { ["Forge:Admin:Key"] = Key },
            Map = app =>
            {
                app.MapForgeInvocation("GET", "/hello", () => new { Hello = "world" });
                app.MapForgeScheduledTrigger("hourly", "/triggers/hourly", (TriggerRun run) => Task.CompletedTask);
                app.MapForgeJob("sometimes", (JobRun run) =>
                    scene!.Succeeds ? Task.CompletedTask : throw new PermanentFailureException("This cannot work."));
                app.MapForgeJob("long", async (JobRun run, CancellationToken cancellationToken) =>
                {
                    run.Report(7, "page 7");
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                });
                app.MapForgeInvocation("PUT", "/notes/{key}", async (string key, Documents.SiteState state) =>
                    await state.Collection<Dictionary<string, string>>("notes").PutAsync(key, new() { ["text"] = $"note {key}" }));
                map?.Invoke(app);
            },
        });
        return scene = new(remote);
    }

    /// <summary>Lets a site call, so that it is known.</summary>
    public async Task<string> InstallAsync(string? id = null, Action<Fit>? change = null, string? system = null, string? user = null)
    {
        id ??= Guid.NewGuid().ToString();
        using var response = await Remote.SendAsync("GET", "/hello", Remote.Token(fit => { fit.OfSite(id, Fit.Cloud); change?.Invoke(fit); }), system: system, user: user);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return id;
    }

    public IWorkQueue Queue(string site) => Remote.Services.GetRequiredService<IActors>().Get<IWorkQueue>(site);

    /// <summary>Gives a site work.</summary>
    public async Task<string> EnqueueAsync(string site, string job, string payload = """{"secretless":true}""", DateTimeOffset? notBefore = null)
    {
        var item = new WorkItem
        {
            ItemId = Guid.CreateVersion7().ToString(),
            Kind = WorkKind.Job,
            Key = job,
            NotBefore = notBefore,
            AcceptedAt = Clock.GetUtcNow(),
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
        };
        await Queue(site).AcceptAsync(new([item]));
        return item.ItemId;
    }

    /// <summary>Gives a site work that fails for good, and waits until it has.</summary>
    public async Task<string> ParkAsync(string site, string payload = """{"secretless":true}""")
    {
        var before = (await Queue(site).DescribeAsync(QueueRequest.Instance)).DeadLetters;
        var item = await EnqueueAsync(site, "sometimes", payload);
        await UntilAsync(site, queue => queue.DeadLetters > before);
        return item;
    }

    public async Task DeliverTriggerAsync(string site)
    {
        using var response = await Remote.SendAsync(
            "POST", "/triggers/hourly", Remote.Token(fit => { fit.OfSite(site, Fit.Cloud); fit.Claims.Remove("principal"); }), new { context = new { } });
        ((int)response.StatusCode).ShouldBe(202, await response.Content.ReadAsStringAsync());
        await UntilAsync(site, queue => queue.Triggers.Any(trigger => trigger.Outcome is not null));
    }

    public async Task UntilAsync(string site, Func<QueueDescription, bool> condition, TimeSpan step = default)
    {
        QueueDescription? last = null;
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                Clock.Advance(step);
                return condition(last = await Queue(site).DescribeAsync(QueueRequest.Instance));
            });
        }
        catch (ShouldAssertException e)
        {
            throw new ShouldAssertException($"{last}\n{Remote.Logs.Text[^Math.Min(Remote.Logs.Text.Length, 4_000)..]}", e);
        }
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? key = Key, object? json = null, string? user = null, string? fit = null)
    {
        using var request = new HttpRequestMessage(new(method), path) { Content = json is null ? null : JsonContent.Create(json) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("X-Admin-Key", key);
        if (user is not null)
            request.Headers.TryAddWithoutValidation("X-Admin-User", user);
        if (fit is not null)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {fit}");
        return await Http.SendAsync(request);
    }

    public async Task<JsonElement> JsonAsync(string method, string path, object? json = null, string? user = null)
    {
        using var response = await SendAsync(method, path, json: json, user: user);
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(200, body);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        return JsonDocument.Parse(body).RootElement;
    }

    public Task<JsonElement> GetAsync(string path) => JsonAsync("GET", path);

    public async Task RefusedAsync(int status, string code, string method, string path, string? key = Key, object? json = null, string? user = null, string? fit = null)
    {
        using var response = await SendAsync(method, path, key, json, user, fit);
        await response.ShouldBeErrorAsync(status, code);
    }

    public ValueTask DisposeAsync() => Remote.DisposeAsync();
}
