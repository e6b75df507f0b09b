using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>
/// Fires the scheduled triggers (contract, section 10): first about 5 minutes after a start or an installation, then always at the
/// same phase, which installations don't share; sometimes twice.
/// </summary>
internal sealed class Schedule(Platform platform, PlatformTime time, Courier courier, ILogger<Schedule> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Spread = TimeSpan.FromMinutes(1);

    private readonly Lock _turn = new();
    private readonly Dictionary<string, List<ITimer>> _timers = [];

    public static TimeSpan IntervalOf(ScheduledTriggerModule trigger) => trigger.Interval switch
    {
        "fiveMinute" => TimeSpan.FromMinutes(5),
        "hour" => TimeSpan.FromHours(1),
        "day" => TimeSpan.FromDays(1),
        "week" => TimeSpan.FromDays(7),
        var other => throw new EmulatorException(
            $"scheduledTrigger \"{trigger.Key}\" has the interval \"{other}\": the platform knows fiveMinute, hour, day and week."),
    };

    /// <summary>When, after an installation, its triggers fire for the first time.</summary>
    public static TimeSpan PhaseOf(Site site) => First + (StableId.FractionOf("phase", site.InstallationId) * Spread);

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        foreach (var site in platform.Sites.Where(site => site.IsInstalled))
        {
            Begin(site);
        }

        return Task.CompletedTask;
    }

    /// <summary>Begins the schedule of an installation, in place of the site's former one.</summary>
    public void Begin(Site site)
    {
        if (!platform.HasSchedule)
        {
            return;
        }

        End(site);
        lock (_turn)
        {
            _timers[site.Id] = [.. platform.Manifest.ScheduledTriggers.Select(trigger => Timer(trigger, site))];
        }
    }

    public void End(Site site)
    {
        lock (_turn)
        {
            if (_timers.Remove(site.Id, out var timers))
            {
                timers.ForEach(timer => timer.Dispose());
            }
        }
    }

    private ITimer Timer(ScheduledTriggerModule trigger, Site site)
    {
        var runs = 0L;
        return time.CreateTimer(_ => Fire(trigger, site, Interlocked.Increment(ref runs)), null, PhaseOf(site), IntervalOf(trigger));
    }

    private void Fire(ScheduledTriggerModule trigger, Site site, long run)
    {
        try
        {
            // As it is now: upgraded since, perhaps, or with another license.
            site = platform.Sites.First(known => known.Id == site.Id);
            courier.Send(ModuleCall.Of(platform, trigger, site), new DeliveryWishes
            {
                Retries = platform.TriggerRetries,
                Duplicate = platform.Disturbances.IsDuplicated(site, trigger.Key, run),
            });
        }
        catch (CallRefusedException problem)
        {
            DeliveryLog.CannotFire(logger, trigger.Key, site.Id, problem.Message);
        }
        catch (Exception cause)
        {
            // A timer has nobody who would take it: it would end the emulator.
            DeliveryLog.Broken(logger, cause, trigger.Key, site.Id);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        lock (_turn)
        {
            foreach (var timer in _timers.Values.SelectMany(timers => timers))
            {
                timer.Dispose();
            }

            _timers.Clear();
        }
    }
}
