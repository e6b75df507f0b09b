using ForgeOrleans.Hosting;

namespace ForgeOrleans.Work;

/// <summary>
/// The actor that keeps one site's work until it is done: accepted durably, leased to a process that runs it, tried again, parked. Its key is the
/// installation's uuid. Handlers use <see cref="SiteWork"/>.
/// </summary>
public interface IWorkQueue
{
    /// <summary>Takes work in. What is accepted is durable when the task completes.</summary>
    /// <param name="batch">The work.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    /// <exception cref="ForgeException">The site has as many items waiting as it may have; nothing was accepted.</exception>
    [Idempotent]
    Task<Acceptance> AcceptAsync(WorkBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Leases items that may run now.</summary>
    /// <param name="request">Who runs them, and how many.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is leased.</param>
    Task<LeasedWork> LeaseAsync(LeaseRequest request, CancellationToken cancellationToken = default);

    /// <summary>Keeps leases while their handlers run.</summary>
    /// <param name="request">The leases, and how far their handlers are.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<LeaseRenewal> RenewAsync(RenewRequest request, CancellationToken cancellationToken = default);

    /// <summary>Stores how far a handler has come, so that its next attempt goes on from there.</summary>
    /// <param name="request">The lease and the checkpoint.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task<ReportAnswer> SaveCheckpointAsync(CheckpointRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends a lease with what came of it. Only the lease that an item has now counts; the result of any other is refused.</summary>
    /// <param name="report">The lease and the outcome.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<ReportAnswer> ReportAsync(WorkReport report, CancellationToken cancellationToken = default);

    /// <summary>Lets the items go on that wait for an access token of the app: one has come.</summary>
    /// <param name="request">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task ResumeAsync(ResumeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Tells how much work there is, and when every trigger ran.</summary>
    /// <param name="request">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<QueueDescription> DescribeAsync(QueueRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists dead letters, the oldest first.</summary>
    /// <param name="query">From where and how many.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<DeadLetterPage> ListDeadLettersAsync(DeadLetterQuery query, CancellationToken cancellationToken = default);

    /// <summary>Gives a dead letter all its attempts again, behind what its ordering key has waiting; or the oldest of them, some at a time.</summary>
    /// <param name="choice">Which. Whoever goes on behind each answer's last, and names the time at which he began, replays each once.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    [Idempotent]
    Task<DeadLetterAnswer> ReplayAsync(DeadLetterChoice choice, CancellationToken cancellationToken = default);

    /// <summary>Throws a dead letter away.</summary>
    /// <param name="choice">Which: one, by its id.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is deleted.</param>
    /// <exception cref="ArgumentException">No id is given.</exception>
    [Idempotent]
    Task<DeadLetterAnswer> DiscardAsync(DeadLetterChoice choice, CancellationToken cancellationToken = default);

    /// <summary>Creates a schedule of the site's own, or puts another in its place.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is stored.</param>
    /// <exception cref="ForgeException">The site has as many schedules as it may have.</exception>
    [Idempotent]
    Task<ScheduleAnswer> SetScheduleAsync(WorkSchedule schedule, CancellationToken cancellationToken = default);

    /// <summary>Removes a schedule. What it has started goes on.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Gives up waiting, before anything is deleted.</param>
    [Idempotent]
    Task<ScheduleAnswer> RemoveScheduleAsync(ScheduleRequest request, CancellationToken cancellationToken = default);

    /// <summary>Stops work, or lets it go on: of a site that has uninstalled the app nothing runs but what handles changes in its life.</summary>
    /// <param name="request">Which of both.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task SwitchAsync(SwitchRequest request, CancellationToken cancellationToken = default);

    /// <summary>Exports what the queue keeps, a page at a time.</summary>
    /// <param name="query">From where.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<ExportPage> ExportAsync(ExportQuery query, CancellationToken cancellationToken = default);

    /// <summary>Erases some of what the queue keeps; call it until nothing is left. Running handlers lose their leases.</summary>
    /// <param name="request">When the erasure was decided: work that was issued before is never accepted again.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken = default);
}
