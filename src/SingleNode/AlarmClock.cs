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

    private readonly SemaphoreSlim _set = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        store.AlarmSet += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
                await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            store.AlarmSet -= Wake;
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _set.Dispose();
    }

    private async Task RoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            var now = clock.GetUtcNow();
            var due = store.Read(now.ToUnixTimeMilliseconds(), static (reader, time) => reader.DueAlarms(time, 100));
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = stoppingToken }, RingAsync);
            if (due.Count > 0)
                return;
            var next = store.Read(0, static (reader, _) => reader.NextAlarm());
            var sleep = next is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) - clock.GetUtcNow() : LongestSleep;
            await SleepAsync(sleep < LongestSleep ? sleep : LongestSleep, stoppingToken);
        }
        catch (StorageUnavailableException e)
        {
            Log.StorageUnavailable(logger, e);
            await SleepAsync(LongestSleep, stoppingToken);
        }
    }

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

    private async Task SleepAsync(TimeSpan delay, CancellationToken stoppingToken)
    {
        if (delay <= TimeSpan.Zero)
            return;
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAny(Task.Delay(delay, clock, awake.Token), _set.WaitAsync(awake.Token));
        await awake.CancelAsync();
        stoppingToken.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        try
        {
            if (_set.CurrentCount == 0)
                _set.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread has just rung: once is enough.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Error, "The alarm of {Kind}/{Key} failed; it is tried again in a minute.")]
        public static partial void AlarmFailed(ILogger logger, string kind, string key, Exception e);

        [LoggerMessage(11, LogLevel.Error, "Alarms cannot be read; another try in a minute.")]
        public static partial void StorageUnavailable(ILogger logger, Exception e);
    }
}
