using ForgeOrleans.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Timers;

namespace ForgeOrleans.Grains;

/// <summary>
/// A grain's alarm: stored with its rows, kept by one reminder that ticks every minute from the alarm's time on, and rung to the millisecond
/// by a timer while the activation lives.
/// </summary>
/// <remarks>
/// The reminder is a promise that somebody will look; what is stored says when the alarm is due. So the reminder is registered before the
/// alarm is stored and moved only when it would tick too late or long too early, and removed by the tick that finds no alarm.
/// </remarks>
public sealed partial class GrainAlarm : IAlarm, IDisposable
{
    private const string Name = "alarm";
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    // A tick that comes while this silo is going finds nobody, and the next one is a minute later.
    private static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(8);

    private readonly IActivationStorage _storage;
    private readonly GrainRows _rows;
    private readonly IGrainContext _context;
    private readonly IReminderRegistry _reminders;
    private readonly TimeProvider _clock;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly ILogger<GrainAlarm> _logger;
    private ITimer? _timer;

    // From when on the reminder is known to tick; null when this activation does not know.
    private DateTimeOffset? _ticksFrom;
    private DateTimeOffset? _notBefore;
    private bool _isSetAgain;

    internal GrainAlarm(
        IActivationStorage storage, GrainRows rows, IGrainContext context, IReminderRegistry reminders,
        TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<GrainAlarm> logger)
    {
        (_storage, _rows, _context, _reminders, _clock, _lifetime, _logger) = (storage, rows, context, reminders, clock, lifetime, logger);
    }

    /// <inheritdoc/>
    public async Task SetAsync(DateTimeOffset due, IReadOnlyList<RowChange> changes)
    {
        GrainRows.Limited(changes);
        _isSetAgain = true;
        if (_lifetime.ApplicationStopping.IsCancellationRequested)
            await _rows.OrGoAwayAsync(RemindAsync(Later(due, _clock.GetUtcNow() + GoneAfter)));
        else if (_ticksFrom is not { } from || from > due)
            await _rows.OrGoAwayAsync(RemindAsync(due));
        await _rows.OrGoAwayAsync(_storage.WriteAlarmAsync(due, changes));
        _notBefore = null;
        WaitFor(due);
    }

    /// <inheritdoc/>
    public async Task ClearAsync()
    {
        // The reminder stays until its next tick: who sets and clears often would register it as often.
        _isSetAgain = false;
        await _rows.OrGoAwayAsync(_storage.WriteAlarmAsync(null));
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A reminder or the timer has ticked: rings, if the alarm is due. It is a turn of the grain.</summary>
    /// <param name="actor">Who is woken.</param>
    public async Task RingAsync(IAlarmed actor)
    {
        var now = _clock.GetUtcNow();
        if (await _storage.ReadAlarmAsync() is not { } due)
        {
            await ForgetAsync();
            return;
        }
        if (due < _notBefore)
            due = _notBefore.Value;
        if (due > now)
        {
            WaitFor(due);
            // Ticking through hours in which there is nothing to do would keep the grain in memory for nothing.
            if (due - now > 2 * Period && _ticksFrom != due)
                await RemindAsync(due);
            return;
        }

        _isSetAgain = false;
        try
        {
            await actor.OnAlarmAsync(_lifetime.ApplicationStopping);
        }
        catch (Exception e)
        {
            Log.AlarmFailed(_logger, _context.GrainId, e);
            WaitFor((_notBefore = _clock.GetUtcNow() + Period).Value);
            return;
        }
        if (!_isSetAgain)
            await ClearAsync();
    }

    /// <summary>The activation goes away; the reminder remains.</summary>
    public void Dispose() => _timer?.Dispose();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private async Task RemindAsync(DateTimeOffset due)
    {
        var wait = due - _clock.GetUtcNow();
        await AskAsync(() => _reminders.RegisterOrUpdateReminder(_context.GrainId, Name, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Period));
        _ticksFrom = due;
    }

    private Task ForgetAsync()
    {
        _ticksFrom = null;
        return AskAsync(async () =>
        {
            if (await _reminders.GetReminder(_context.GrainId, Name) is { } reminder)
                await _reminders.UnregisterReminder(_context.GrainId, reminder);
        });
    }

    // What the reminders' storage throws is its provider's, and not what an actor's caller expects.
    private static async Task AskAsync(Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception e) when (e is not (OperationCanceledException or ForgeException))
        {
            throw new StorageUnavailableException("The cluster's reminders cannot be kept now. Try again in a few seconds.", e);
        }
    }

    private void WaitFor(DateTimeOffset due)
    {
        var wait = due - _clock.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            _ = TickAsync();
            return;
        }
        _timer ??= _clock.CreateTimer(static alarm => _ = ((GrainAlarm)alarm!).TickAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait < LongestTimer ? wait : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    // Through the grain's own door, so that it becomes a turn.
    private async Task TickAsync()
    {
        try
        {
            await _context.GrainReference.AsReference<IRemindable>().ReceiveReminder(Name, default);
        }
        catch (Exception e)
        {
            // The reminder ticks on.
            Log.TickFailed(_logger, _context.GrainId, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "The alarm of {Grain} failed; it is tried again in a minute.")]
        public static partial void AlarmFailed(ILogger logger, GrainId grain, Exception e);

        [LoggerMessage(11, LogLevel.Warning, "The alarm of {Grain} could not be rung at its time; its reminder does it within a minute.")]
        public static partial void TickFailed(ILogger logger, GrainId grain, Exception e);
    }
}
