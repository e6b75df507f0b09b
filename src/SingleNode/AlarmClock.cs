using ForgeOrleans.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode;

/// <summary>Wakes the actors whose alarms are due.</summary>
internal sealed partial class AlarmClock(SqliteStore store, SingleNodeActors actors, TimeProvider clock, ILogger<AlarmClock> logger) : BackgroundService
{
    private const int MostAtOnce = 8;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromMinutes(1);

    private volatile TaskCompletionSource _set = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.AlarmSet += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
                await TryRoundAsync(stoppingToken);
        }
        finally
        {
            store.AlarmSet -= Wake;
        }
    }

    // Whatever goes wrong here would end the whole host, and with it what has nothing to do with alarms.
    private async Task TryRoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RoundAsync(stoppingToken);
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // What was due rings after the next start.
        }
        catch (StorageUnavailableException e)
        {
            Log.StorageUnavailable(logger, e);
            // An alarm that can be stored says that the storage is back.
            await SleepAsync(AgainAfter, stoppingToken);
        }
        catch (Exception e)
        {
            Log.RoundFailed(logger, e);
            await Task.Delay(AgainAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RoundAsync(CancellationToken stoppingToken)
    {
        // Before anything is read, so that nothing is missed: an alarm is set when it is stored.
        _set = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = clock.GetUtcNow();
        var due = store.Read(now.ToUnixTimeMilliseconds(), static (reader, time) => reader.DueAlarms(time, 100));
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = stoppingToken }, RingAsync);
        if (due.Count > 0)
            return;
        var next = store.Read(0, static (reader, _) => reader.NextAlarm());
        var sleep = next is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) - clock.GetUtcNow() : LongestSleep;
        if (sleep > TimeSpan.Zero)
            await SleepAsync(sleep < LongestSleep ? sleep : LongestSleep, stoppingToken);
    }

    // An alarm that is set ends it.
    private async Task SleepAsync(TimeSpan atMost, CancellationToken stoppingToken) =>
        await _set.Task.WaitAsync(atMost, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async ValueTask RingAsync(DueAlarm alarm, CancellationToken stoppingToken)
    {
        DateTimeOffset? again = null;
        try
        {
            // An alarm of an actor that this version does not know waits for one that does.
            if (!await actors.RingAsync(alarm.Kind, alarm.Key, stoppingToken))
                again = clock.GetUtcNow() + AgainAfter;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Log.AlarmFailed(logger, alarm.Kind, alarm.Key, e);
            again = clock.GetUtcNow() + AgainAfter;
        }
        await store.WriteAsync(new AlarmRung(alarm, again));
    }

    private void Wake() => _set.TrySetResult();

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "The alarm of {Kind}/{Key} failed; it is tried again in a minute.")]
        public static partial void AlarmFailed(ILogger logger, string kind, string key, Exception e);

        [LoggerMessage(11, LogLevel.Error, "Alarms cannot be read; another try in a minute.")]
        public static partial void StorageUnavailable(ILogger logger, Exception e);

        [LoggerMessage(12, LogLevel.Error,
            "The alarm clock failed unforeseen; it goes on in a minute, and until then no alarm rings. Should it be said again and again, an alarm that is stored cannot be read: restart with the data of a backup, and report the exception.")]
        public static partial void RoundFailed(ILogger logger, Exception e);
    }
}
