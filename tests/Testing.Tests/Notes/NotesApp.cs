using System.Text.Json;
using ForgeOrleans.Api.WebTriggers;
using ForgeOrleans.Documents;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.SingleNode;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Testing.Tests.Notes;

/// <summary>A small app of the tests' own, put together in the test: no program.</summary>
internal sealed class NotesApp
{
    public const string Manifest = "Notes/manifest.yml";

    /// <summary>What the handler of events does, beside keeping a note.</summary>
    public Func<ProductEvent, Task> OnEvent { get; set; } = _ => Task.CompletedTask;

    /// <summary>Completes when the slow handler runs.</summary>
    public TaskCompletionSource Slow { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<HostedRemote> HostAsync(ForgePlatform platform, RemoteHostOptions? options = null) =>
        platform.HostAsync(builder => builder.AddForgeRemote().UseSingleNode(), Map, options);

    private void Map(WebApplication app)
    {
        app.MapForgeRemote();
        app.MapForgeInvocation("GET", "/notes", (SiteState state) => state.Collection<Note>("notes").ListAsync());
        app.MapForgeInvocation("PUT", "/notes/{key}", (string key, Note note, SiteState state) => state.Collection<Note>("notes").PutAsync(key, note));
        app.MapForgeInvocation("GET", "/who", (ForgeInvocation invocation, HttpRequest request) => new
        {
            invocation.Principal,
            invocation.Installation.InstallationId,
            Sent = request.Headers["x-sent"].ToString().Length,
        });
        app.MapForgeInvocation("GET", "/license", (ForgeInvocation invocation) => new { IsActive = invocation.Installation.License?.Active });
        app.MapForgeInvocation("GET", "/slow", async (CancellationToken cancellationToken) =>
        {
            Slow.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "never";
        });
        app.MapForgeInvocation("GET", "/issues", async (JiraApi jira, CancellationToken cancellationToken) =>
            await jira.AsApp().GetFromJsonAsync<JsonElement>("/rest/api/3/issue/ROAD-1", cancellationToken));
        app.MapForgeEvent("/events", "avi:jira:created:issue", async (ProductEvent e, SiteState state) =>
        {
            await OnEvent(e);
            await state.Collection<Note>("notes").PutAsync($"issue-{e.EntityId}", new("An issue"));
        });
        app.MapForgeLifecycle("/life", (LifecycleEvent e, SiteState state) => state.Collection<Note>("notes").PutAsync($"life-{e.Change.ToString().ToLowerInvariant()}", new("Life")));
        app.MapForgeScheduledTrigger("hourly", "/hourly", (TriggerRun run, SiteState state) => state.Collection<Note>("notes").PutAsync("hourly", new("An hour")));
        app.MapForgePreUninstall("/uninstall", () => Results.NoContent());
        app.MapForgeWebTrigger("/hook", (WebTriggerRequest request) =>
            WebTriggerResponse.Json(new { request.Method, request.UserPath, Sent = request.Text, By = request.Query["by"].ToString() }, 201));
    }

    public sealed record Note(string Text);
}
