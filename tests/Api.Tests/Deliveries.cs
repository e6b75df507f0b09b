using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Hosting;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>Delivers events and triggers as the platform does: a POST with a token that names no user.</summary>
internal static class Deliveries
{
    public const string IssueUpdated = "avi:jira:updated:issue";
    public const string PageViewed = "avi:confluence:viewed:page";

    /// <summary>Endpoints at <c>/events</c> and <c>/hourly</c>.</summary>
    public const string Endpoints = RemoteSetup.PlainManifest + """

        modules:
          endpoint:
            - { key: events, remote: backend, route: { path: /events } }
            - { key: hourly, remote: backend, route: { path: /hourly } }
          trigger:
            - { key: on-event, endpoint: events, events: [avi:jira:updated:issue, avi:jira:deleted:issue, avi:confluence:viewed:page] }
        """;

    /// <summary>The same, with these scheduled triggers at <c>/hourly</c>.</summary>
    public static string Manifest(params (string Key, string Interval)[] triggers) =>
        triggers.Length == 0
            ? Endpoints
            : $"""
                {Endpoints}
                  scheduledTrigger:
                {string.Join('\n', triggers.Select(trigger => $"    - {{ key: {trigger.Key}, endpoint: hourly, interval: {trigger.Interval} }}"))}
                """;

    /// <summary>Starts a remote; one that is given another's data goes on with it.</summary>
    public static Task<Remote> StartAsync(
        Action<WebApplication> map,
        string? manifest = null,
        string? data = null,
        Action<WebApplicationBuilder>? configure = null,
        Dictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>(settings ?? []);
        if (data is not null)
            all["Forge:DataPath"] = data;
        return Remote.StartAsync(new RemoteSetup { Manifest = manifest ?? Endpoints, Map = map, Configure = configure, Settings = all });
    }

    public static string Event(string type = IssueUpdated, int issue = 10_001, long? timestamp = 1_772_442_000_000, string more = "") =>
        $$"""{"eventType":"{{type}}","issue":{"id":"{{issue}}","key":"P-1"},"atlassianId":"u-1"{{(timestamp is null ? "" : $",\"timestamp\":{timestamp}")}}{{more}}}""";

    public static Task<HttpResponseMessage> DeliverAsync(this Remote remote, string path, string body, Action<Fit>? change = null, string? system = null) =>
        remote.DeliverAsync(path, Encoding.UTF8.GetBytes(body), remote.DeliveryToken(change), system);

    public static async Task<HttpResponseMessage> DeliverAsync(this Remote remote, string path, byte[] body, string fit, string? system = null)
    {
        using var request = remote.Request("POST", path, fit);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new("application/json");
        if (system is not null)
            request.Headers.TryAddWithoutValidation("x-forge-oauth-system", system);
        return await remote.Http.SendAsync(request);
    }

    public static string DeliveryToken(this Remote remote, Action<Fit>? change = null) => remote.Token(fit =>
    {
        fit.Claims.Remove("principal");
        fit.App["module"] = new System.Text.Json.Nodes.JsonObject { ["type"] = "core:endpoint", ["key"] = "events" };
        change?.Invoke(fit);
    });

    public static Action<Fit> OfTrigger(string key) => fit => fit.Claims["context"]!["moduleKey"] = key;

    public static async Task<Accepted> AcceptedAsync(this Remote remote, string path, string body, Action<Fit>? change = null, string? system = null)
    {
        using var response = await remote.DeliverAsync(path, body, change, system);
        return await response.AcceptedAsync();
    }

    public static async Task<Accepted> AcceptedAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(202, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        var answer = JsonDocument.Parse(text).RootElement;
        answer.EnumerateObject().Select(member => member.Name).ShouldBe(["itemId", "isDuplicate"]);
        return new(answer.GetProperty("itemId").GetString()!, answer.GetProperty("isDuplicate").GetBoolean());
    }

    public static IWorkQueue Queue(this Remote remote, string site = Fit.Site) => remote.Services.GetRequiredService<IActors>().Get<IWorkQueue>(site);

    public static Task<QueueDescription> QueueAsync(this Remote remote) => remote.Queue().DescribeAsync(QueueRequest.Instance);

    /// <summary>Waits until nothing of the site waits or runs.</summary>
    public static async Task IdleAsync(this Remote remote)
    {
        QueueDescription? queue = null;
        try
        {
            await Eventually.TrueAsync(async () => (queue = await remote.QueueAsync()) is { Waiting: 0, Running: 0 });
        }
        catch (ShouldAssertException)
        {
            queue!.ShouldSatisfyAllConditions(queue => queue.Waiting.ShouldBe(0), queue => queue.Running.ShouldBe(0));
            throw;
        }
    }

    /// <summary>
    /// Lets time pass by steps until something is so. None passes while this process runs work of the site: a clock that outruns a handler and its report
    /// ends the lease, and that is a reason to run the work once more.
    /// </summary>
    public static Task PassUntilAsync(this Remote remote, TimeSpan step, Func<Task<bool>> isSo) => Eventually.TrueAsync(async () =>
    {
        if (await isSo())
            return true;
        var own = remote.Services.GetRequiredService<IProcesses>().Own;
        var rows = (await remote.Queue().ExportAsync(new())).Rows;
        if (!rows.Any(row => row.Name.StartsWith("running/", StringComparison.Ordinal) && row.Value.GetProperty("process").GetString() == own))
            remote.Clock.Advance(step);
        return false;
    });
}

internal sealed record Accepted(string ItemId, bool IsDuplicate);

/// <summary>What handlers say, in the order in which they say it.</summary>
internal sealed class Said<T>
{
    private readonly Channel<T> _channel = Channel.CreateUnbounded<T>();

    public ConcurrentQueue<T> All { get; } = [];

    public void Say(T what)
    {
        All.Enqueue(what);
        _channel.Writer.TryWrite(what);
    }

    public async Task<T> NextAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Patience);
        return await _channel.Reader.ReadAsync(limit.Token);
    }
}

/// <summary>A data folder that outlives a remote.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("forge-api-tests-data-");

    public string Path => _folder.FullName;

    /// <summary>What would be left were the process that has it killed now.</summary>
    public DataFolder Copy()
    {
        var copy = new DataFolder();
        foreach (var file in _folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (file.Name is "lock" or "owner")
                continue;
            var target = System.IO.Path.Combine(copy.Path, System.IO.Path.GetRelativePath(Path, file.FullName));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            using var from = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(target);
            from.CopyTo(to);
        }
        return copy;
    }

    /// <summary>All bytes of all files of the database.</summary>
    public byte[] Database()
    {
        using var all = new MemoryStream();
        foreach (var file in _folder.EnumerateFiles("forge.db*"))
        {
            using var from = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            from.CopyTo(all);
        }
        return all.ToArray();
    }

    public void Dispose() => _folder.Delete(true);
}
