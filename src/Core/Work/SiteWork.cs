using System.Text.Json;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Work;

/// <summary>
/// What the app gives itself to do for the site that a handler runs for: jobs, at once or at a time, and schedules. It is bound to that site, and
/// everything is run under the rules of all work: stored first, run later, tried again, parked.
/// </summary>
/// <example><code>
/// app.MapForgeJob("reindex", async (JobRun run, Reindex order, JiraApi jira) => …);
/// app.MapForgeInvocation("POST", "/reindex", (Reindex order, SiteWork work) => work.EnqueueAsync("reindex", order));
/// </code></example>
public sealed class SiteWork
{
    private readonly IWorkQueue _queue;
    private readonly TimeProvider _clock;
    private readonly JsonSerializerOptions _json;
    private readonly DateTimeOffset _issuedAt;

    /// <summary>The work of the site in <paramref name="scope"/>.</summary>
    /// <param name="actors">Finds the site's queue.</param>
    /// <param name="scope">The site that the handler runs for.</param>
    /// <param name="options">How payloads are written.</param>
    /// <param name="clock">Tells when work is accepted.</param>
    public SiteWork(IActors actors, HandlerScope scope, IOptions<SiteStateOptions> options, TimeProvider clock) =>
        (_queue, _json, _clock, _issuedAt) = (actors.Get<IWorkQueue>(scope.InstallationId), options.Value.SerializerOptions, clock, scope.Invocation.IssuedAt);

    /// <summary>Describes a job, to be given to the site in one commit with changes of its documents: see <see cref="SiteState"/>'s <c>CommitAsync</c>.</summary>
    /// <typeparam name="T">What the payload is.</typeparam>
    /// <param name="job">The job's name: that of a handler mapped with <c>MapForgeJob</c>.</param>
    /// <param name="payload">The payload, at most <see cref="WorkItem.LargestPayload"/> bytes of JSON.</param>
    /// <param name="notBefore">Not to be run before this time; null for at once.</param>
    /// <param name="orderingKey">Work of the site with the same key runs one after another; null runs beside everything.</param>
    /// <param name="deduplicationKey">Another job with this key within 24 hours is not run; null never is a duplicate.</param>
    /// <exception cref="ForgeException">The payload, or a key, is beyond its limit.</exception>
    public WorkItem Job<T>(string job, T payload, DateTimeOffset? notBefore = null, string? orderingKey = null, string? deduplicationKey = null)
    {
        var now = _clock.GetUtcNow();
        var item = new WorkItem
        {
            ItemId = Guid.CreateVersion7(now).ToString(),
            Kind = WorkKind.Job,
            Key = job,
            OrderingKey = orderingKey is null ? null : $"job/{orderingKey}",
            DeduplicationKey = deduplicationKey is null ? null : $"job/{deduplicationKey}",
            NotBefore = notBefore,
            AcceptedAt = now,
            // So that a handler that began before an erasure leaves nothing behind it.
            Origin = new(_issuedAt),
            Payload = JsonSerializer.SerializeToUtf8Bytes(payload, _json),
        };
        WorkLimits.Check(item);
        return item;
    }

    /// <summary>Gives the site a job. It is durable when the task completes.</summary>
    /// <typeparam name="T">What the payload is.</typeparam>
    /// <param name="job">The job's name: that of a handler mapped with <c>MapForgeJob</c>.</param>
    /// <param name="payload">The payload, at most <see cref="WorkItem.LargestPayload"/> bytes of JSON.</param>
    /// <param name="notBefore">Not to be run before this time; null for at once.</param>
    /// <param name="orderingKey">Work of the site with the same key runs one after another; null runs beside everything.</param>
    /// <param name="deduplicationKey">Another job with this key within 24 hours is not run; null never is a duplicate.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The job's item id; of a duplicate, that of the first.</returns>
    /// <exception cref="ForgeException">The payload, or a key, is beyond its limit, or the site has too much waiting.</exception>
    public async Task<string> EnqueueAsync<T>(
        string job,
        T payload,
        DateTimeOffset? notBefore = null,
        string? orderingKey = null,
        string? deduplicationKey = null,
        CancellationToken cancellationToken = default) =>
        (await _queue.AcceptAsync(new([Job(job, payload, notBefore, orderingKey, deduplicationKey)]), cancellationToken)).Items[0].ItemId;

    /// <summary>Creates a schedule, or changes it. Set again unchanged, it goes on as it is.</summary>
    /// <typeparam name="T">What the jobs' payload is.</typeparam>
    /// <param name="name">The schedule's name on this site: 1 to 100 characters.</param>
    /// <param name="when">When it starts its job.</param>
    /// <param name="job">The job that it starts.</param>
    /// <param name="payload">The jobs' payload.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>When it runs next; null when it never does any more.</returns>
    /// <exception cref="ForgeException">The name or the payload is beyond its limit, or the site has too many schedules.</exception>
    public async Task<DateTimeOffset?> ScheduleAsync<T>(
        string name, WorkTime when, string job, T payload, CancellationToken cancellationToken = default)
    {
        var schedule = new WorkSchedule
        {
            Name = name,
            Job = job,
            Every = when.Interval,
            Cron = when.Expression,
            TimeZone = when.TimeZone,
            IssuedAt = _issuedAt,
            Payload = JsonSerializer.SerializeToUtf8Bytes(payload, _json),
        };
        WorkLimits.Check(schedule);
        return (await _queue.SetScheduleAsync(schedule, cancellationToken)).Schedule?.Next;
    }

    /// <summary>Removes a schedule. A job that it has started goes on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> UnscheduleAsync(string name, CancellationToken cancellationToken = default) =>
        (await _queue.RemoveScheduleAsync(new(name), cancellationToken)).Existed;

    /// <summary>Lists the site's schedules by their names.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IReadOnlyList<WorkSchedule>> SchedulesAsync(CancellationToken cancellationToken = default) =>
        (await _queue.DescribeAsync(QueueRequest.Instance, cancellationToken)).Schedules;
}
