using ForgeOrleans.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Work;

/// <summary>
/// Runs work in this process: asks the queues that have something ready for leases, one site after the other, so that one with ten thousand items waits
/// behind one with a single item as often as the other way round.
/// </summary>
/// <remarks>
/// <code>
/// queue ─ Offer ─→ sites in a row ─ lease, as long as there is room ─→ run ─→ report
///                       ↑────────────── has more ──────────────┘
/// </code>
/// </remarks>
public sealed partial class WorkRunner : IHostedLifecycleService, IDisposable
{
    // As many of one site at once while others wait for nothing.
    private const int MostAtOnce = 8;
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AgainAfterAtMost = TimeSpan.FromSeconds(10);

    private readonly IActors _actors;
    private readonly IProcesses _processes;
    private readonly WorkAttempt _attempt;
    private readonly IOptions<WorkOptions> _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<WorkRunner> _logger;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Site> _sites = new(StringComparer.Ordinal);
    private readonly Queue<Site> _ready = new();
    private readonly PutOffSites _putOff;
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource? _idle;
    private ITimer? _pulse;
    private bool _isRenewedNext = true;
    private int _free;
    private volatile bool _isOpen;

    // Read when the host starts, which it does not do with options that make no sense.
    private WorkOptions Options => _options.Value;

    /// <summary>Runs nothing before the host starts.</summary>
    /// <param name="actors">Finds the queues.</param>
    /// <param name="processes">Says which process this is.</param>
    /// <param name="attempt">Makes an attempt at an item.</param>
    /// <param name="options">How much is run at once.</param>
    /// <param name="clock">Tells when leases are renewed.</param>
    /// <param name="logger">Takes what cannot be told to a queue.</param>
    public WorkRunner(
        IActors actors, IProcesses processes, WorkAttempt attempt, IOptions<WorkOptions> options, TimeProvider clock, ILogger<WorkRunner> logger)
    {
        (_actors, _processes, _attempt, _options, _clock, _logger) = (actors, processes, attempt, options, clock, logger);
        _putOff = new(clock);
    }

    /// <summary>This process runs work, or will when it has any.</summary>
    internal bool IsOpen => _isOpen;

    // The queue has counted the lease from when it gave it, which was later than it was asked for.
    private TimeSpan Belief => Options.Lease * 5 / 6;

    /// <summary>A queue has something that may run now. Returns at once: it is called within an actor's turn.</summary>
    /// <param name="installation">The installation's uuid.</param>
    public void Offer(string installation)
    {
        lock (_gate)
        {
            if (!_sites.TryGetValue(installation, out var site))
                _sites[installation] = site = new(installation);
            Queue(site);
        }
        Dispatch();
    }

    /// <summary>A queue has put something off, and its alarm will offer it then: unless the clock is set back, of which no alarm knows.</summary>
    /// <param name="installation">The installation's uuid.</param>
    /// <param name="after">How long from now.</param>
    internal void Expect(string installation, TimeSpan after) => _putOff.Add(installation, after);

    /// <summary>Refuses options that nothing could run by.</summary>
    /// <param name="cancellationToken">Not used.</param>
    /// <exception cref="ForgeConfigurationException">An option of <c>Forge:Work</c> is out of range.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Options.Check();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Begins to run work: all of the application is there.</summary>
    /// <param name="cancellationToken">Not used.</param>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            (_isOpen, _free) = (true, Options.PerProcess);
        var pulse = Options.Lease / 6;
        _pulse = _clock.CreateTimer(_ => TryPulse(), null, pulse, pulse);
        Dispatch();
        return Task.CompletedTask;
    }

    /// <summary>Takes no more work, and gives handlers that run a moment to save a checkpoint and end; another process goes on with theirs.</summary>
    /// <param name="cancellationToken">The host's patience is at its end.</param>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Task idle;
        lock (_gate)
        {
            // A host may be stopped twice, and before it has started.
            if (!_isOpen)
                return;
            _isOpen = false;
            _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
            CompleteIfIdle();
        }
        try
        {
            await _stopping.CancelAsync();
        }
        catch (AggregateException e)
        {
            // All have been told all the same.
            Log.NotToldToStop(_logger, e);
        }
        await Task.WhenAny(idle, Task.Delay(Options.StopAfter, _clock, cancellationToken));
        if (!idle.IsCompleted)
            Log.StillRunning(_logger, Options.PerProcess - _free);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _pulse?.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pulse?.Dispose();
        _stopping.Dispose();
    }

    private void Dispatch()
    {
        while (true)
        {
            Site? site;
            int room;
            lock (_gate)
            {
                if (!_isOpen || _free == 0 || !_ready.TryDequeue(out site))
                    return;
                // The more sites wait, the less each takes at a time.
                room = Math.Clamp(_free / (_ready.Count + 1), 1, MostAtOnce);
                _free -= room;
                (site.IsQueued, site.IsLeasing, site.IsOfferedAgain) = (false, true, false);
            }
            Apart(() => LeaseAsync(site, room));
        }
    }

    private async Task LeaseAsync(Site site, int room)
    {
        LeasedWork? work = null;
        var askedAt = _clock.GetTimestamp();
        try
        {
            work = await _actors.Get<IWorkQueue>(site.Installation).LeaseAsync(new(_processes.Own, room));
        }
        catch (Exception e)
        {
            Log.NotLeased(_logger, site.Installation, e);
        }

        var runs = work?.Leases.Select(lease => new HeldLease(site.Installation, lease, askedAt, _clock, _stopping.Token)).ToList() ?? [];
        lock (_gate)
        {
            _free += room - runs.Count;
            site.IsLeasing = false;
            site.HasMore = work?.HasMore is true;
            foreach (var run in runs)
                site.Running.Add(run);
            if (work is null)
                site.Pause = site.Pause == default ? AgainAfter : Shorter(site.Pause * 2, AgainAfterAtMost);
            else if (site.IsOfferedAgain || (site.HasMore && runs.Count == room))
                Queue(site);
            else
                ForgetIfIdle(site);
            CompleteIfIdle();
        }
        foreach (var run in runs)
            Apart(() => RunAsync(site, run));
        if (work is null)
            _ = OfferLaterAsync(site);
        else
            site.Pause = default;
        Dispatch();
    }

    private async Task RunAsync(Site site, HeldLease held)
    {
        try
        {
            if (await _attempt.MakeAsync(held) is { } report)
                await ReportAsync(held, report);
        }
        catch (Exception e)
        {
            Log.NotReported(_logger, held.Lease.Item.ItemId, site.Installation, e);
        }
        finally
        {
            held.Dispose();
        }
        lock (_gate)
        {
            _free++;
            site.Running.Remove(held);
            if (site.HasMore)
                Queue(site);
            else
                ForgetIfIdle(site);
            CompleteIfIdle();
        }
        Dispatch();
    }

    // The queue may not be reached, or not store anything, for a while. As long as the lease is renewed the outcome is not lost.
    private async Task ReportAsync(HeldLease held, WorkReport report)
    {
        for (var pause = AgainAfter; ; pause = Shorter(pause * 2, AgainAfterAtMost))
        {
            try
            {
                if (!(await _actors.Get<IWorkQueue>(held.Installation).ReportAsync(report)).IsHeld)
                    Log.Refused(_logger, report.Outcome, held.Lease.Item.ItemId, held.Installation);
                return;
            }
            catch (ForgeException e) when (!held.IsLost && !_stopping.IsCancellationRequested)
            {
                Log.NotReportedYet(_logger, held.Lease.Item.ItemId, held.Installation, e);
                // A process that stops tries once more, and at once.
                await Task.Delay(pause, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // A timer has nobody who would take an exception: it would end the process.
    private void TryPulse()
    {
        try
        {
            Pulse();
        }
        catch (Exception e)
        {
            Log.PulseFailed(_logger, e);
        }
    }

    private void Pulse()
    {
        List<(string Installation, List<HeldLease> Runs)> all;
        lock (_gate)
            all = [.. _sites.Values.Where(site => site.Running.Count > 0).Select(site => (site.Installation, site.Running.ToList()))];
        foreach (var run in all.SelectMany(site => site.Runs))
        {
            run.LoseIfOlderThan(Belief);
            run.EndIfSilent(Options.LongestSilence);
        }
        if (_isRenewedNext)
            foreach (var (installation, runs) in all)
                _ = RenewAsync(installation, [.. runs.Where(run => !run.IsLost)]);
        _isRenewedNext = !_isRenewedNext;
        foreach (var installation in _putOff.TakeIfSetBack())
            Offer(installation);
    }

    private async Task RenewAsync(string installation, List<HeldLease> runs)
    {
        if (runs.Count == 0)
            return;
        var askedAt = _clock.GetTimestamp();
        try
        {
            var answer = await _actors.Get<IWorkQueue>(installation).RenewAsync(new([.. runs.Select(run => run.Name)]));
            foreach (var run in runs)
            {
                if (answer.Lost.Contains(run.Lease.Position))
                    run.Lose();
                else
                    run.RenewedAt = askedAt;
            }
        }
        catch (Exception e)
        {
            Log.NotRenewed(_logger, installation, e);
        }
    }

    private async Task OfferLaterAsync(Site site)
    {
        await Task.Delay(site.Pause, _clock);
        Offer(site.Installation);
    }

    // Apart from whatever calls: an actor's turn, a request with its trace.
    private static void Apart(Func<Task> work) => ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work(), work, preferLocal: false);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Queue(Site site)
    {
        if (site.IsLeasing)
            site.IsOfferedAgain = true;
        else if (!site.IsQueued)
        {
            site.IsQueued = true;
            _ready.Enqueue(site);
        }
    }

    private void ForgetIfIdle(Site site)
    {
        if (site is { IsQueued: false, IsLeasing: false, Running.Count: 0 })
            _sites.Remove(site.Installation);
    }

    private void CompleteIfIdle()
    {
        if (_free == Options.PerProcess)
            _idle?.TrySetResult();
    }

    /// <summary>A site that has work ready or running.</summary>
    private sealed class Site(string installation)
    {
        public string Installation { get; } = installation;

        public HashSet<HeldLease> Running { get; } = [];

        public bool IsQueued { get; set; }

        public bool IsLeasing { get; set; }

        public bool IsOfferedAgain { get; set; }

        public bool HasMore { get; set; }

        /// <summary>How long to wait since the queue was not reached.</summary>
        public TimeSpan Pause { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(70, LogLevel.Warning, "The work of {Installation} could not be leased; it is tried again.")]
        public static partial void NotLeased(ILogger logger, string installation, Exception e);

        [LoggerMessage(71, LogLevel.Warning, "What came of {Item} of {Installation} could not be stored: it will be run once more.")]
        public static partial void NotReported(ILogger logger, string item, string installation, Exception e);

        [LoggerMessage(72, LogLevel.Warning, "The outcome '{Outcome}' of {Item} of {Installation} came too late and was refused: another attempt has been given the work.")]
        public static partial void Refused(ILogger logger, WorkOutcome outcome, string item, string installation);

        [LoggerMessage(73, LogLevel.Warning, "The leases of {Installation} could not be renewed; it is tried again.")]
        public static partial void NotRenewed(ILogger logger, string installation, Exception e);

        [LoggerMessage(74, LogLevel.Warning, "{Count} handlers of work have not ended although the process stops; their work is run again.")]
        public static partial void StillRunning(ILogger logger, int count);

        [LoggerMessage(79, LogLevel.Warning, "What came of {Item} of {Installation} cannot be stored now; it is tried again.")]
        public static partial void NotReportedYet(ILogger logger, string item, string installation, Exception e);

        [LoggerMessage(68, LogLevel.Error, "A callback that a handler has registered with its CancellationToken failed while the process stops. It must not throw; all handlers are told to end all the same.")]
        public static partial void NotToldToStop(ILogger logger, Exception e);

        [LoggerMessage(69, LogLevel.Error, "The leases of this process could not be looked after; it is tried again in a few seconds. If that fails until they end, other attempts are given the work. Report the exception.")]
        public static partial void PulseFailed(ILogger logger, Exception e);
    }
}
