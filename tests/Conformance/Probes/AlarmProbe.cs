using System.Collections.Concurrent;
using System.Threading.Channels;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Conformance.Probes;

/// <summary>Shows when an actor is woken.</summary>
public interface IAlarmProbe
{
    Task SetAsync(AlarmRequest request, CancellationToken cancellationToken = default);

    /// <summary>Sets the alarm and writes rows, in one commit.</summary>
    Task AcceptAsync(AlarmWithRows request, CancellationToken cancellationToken = default);

    Task ClearAsync(AlarmRequest request, CancellationToken cancellationToken = default);

    Task<RowTexts> ListAsync(RowQuery query, CancellationToken cancellationToken = default);
}

/// <summary>What an alarm is to do.</summary>
/// <param name="Due">When it is due.</param>
/// <param name="Failures">How often it fails before it succeeds.</param>
/// <param name="Again">When it sets itself again, each time it rings; the last one ends it.</param>
public sealed record AlarmRequest(DateTimeOffset Due, int Failures = 0, IReadOnlyList<DateTimeOffset>? Again = null);

/// <summary>An alarm, and what is to be there when it rings.</summary>
/// <param name="Due">When it is due.</param>
/// <param name="Rows">The rows, or null values for those that are to be deleted.</param>
public sealed record AlarmWithRows(DateTimeOffset Due, IReadOnlyList<RowText> Rows);

/// <summary>An alarm has rung.</summary>
/// <param name="At">The time.</param>
/// <param name="Failed">Whether it then failed.</param>
/// <param name="Rows">The actor's rows, as it then saw them.</param>
public sealed record Ring(DateTimeOffset At, bool Failed, IReadOnlyList<RowText> Rows);

/// <summary>The alarms that rang, in the process that runs the actors.</summary>
public static class Rings
{
    private static readonly ConcurrentDictionary<string, AlarmPlan> Plans = new();

    public static int CountOf(string key) => Plan(key).Rung.Reader.Count;

    public static Task<Ring> NextOf(string key) => Plan(key).Rung.Reader.ReadAsync().AsTask();

    internal static AlarmPlan Plan(string key) => Plans.GetOrAdd(key, _ => new());
}

internal sealed class AlarmPlan
{
    public Channel<Ring> Rung { get; } = Channel.CreateUnbounded<Ring>();

    public int Failures { get; set; }

    public Queue<DateTimeOffset> Again { get; set; } = new();
}

public class AlarmProbe(ActorContext self, TimeProvider clock) : IAlarmProbe, IAlarmed
{
    public Task SetAsync(AlarmRequest request, CancellationToken cancellationToken = default)
    {
        (Rings.Plan(self.Key).Failures, Rings.Plan(self.Key).Again) = (request.Failures, new(request.Again ?? []));
        return self.Alarm.SetAsync(request.Due);
    }

    public Task AcceptAsync(AlarmWithRows request, CancellationToken cancellationToken = default) =>
        self.Alarm.SetAsync(request.Due, new RowTexts(request.Rows).ToChanges());

    public Task ClearAsync(AlarmRequest request, CancellationToken cancellationToken = default) => self.Alarm.ClearAsync();

    public async Task<RowTexts> ListAsync(RowQuery query, CancellationToken cancellationToken = default) =>
        RowTexts.Of(await self.Rows.ListAsync(query, cancellationToken));

    public async Task OnAlarmAsync(CancellationToken cancellationToken)
    {
        var plan = Rings.Plan(self.Key);
        var fails = plan.Failures-- > 0;
        if (!fails && plan.Again.TryDequeue(out var again))
            await self.Alarm.SetAsync(again);
        var rows = RowTexts.Of(await self.Rows.ListAsync(new(""), cancellationToken)).Rows;
        plan.Rung.Writer.TryWrite(new(clock.GetUtcNow(), fails, rows));
        if (fails)
            throw new InvalidOperationException("This alarm fails, as it was asked to.");
    }
}
