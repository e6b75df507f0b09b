using ForgeOrleans.Conformance.Probes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.SingleNode.Tests.Hosting;

/// <summary>The clock that wakes all actors is nothing that a host could do without, and nothing that may end it.</summary>
public sealed class AlarmClockTests : NodeTests
{
    [Fact]
    public async Task What_nobody_has_foreseen_is_told_and_ends_neither_the_host_nor_the_alarms()
    {
        var key = Guid.NewGuid().ToString();
        await Node.Actor<IAlarmProbe>(key).SetAsync(new(Node.Clock.GetUtcNow().AddHours(1)));
        // Beyond all that a date can say.
        Database.Execute($"UPDATE alarm SET due = {long.MaxValue}");
        await Eventually.BecomesTrueAsync(
            () =>
            {
                Node.Clock.Advance(TimeSpan.FromSeconds(10));
                return Node.Log.At(LogLevel.Error).Any(line => line.Contains("alarm clock failed", StringComparison.Ordinal) && line.Contains("goes on in a minute", StringComparison.Ordinal));
            },
            "an error in the log");
        Node.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.ShouldBeFalse();

        Database.Execute($"UPDATE alarm SET due = {Node.Clock.GetUtcNow().ToUnixTimeMilliseconds()}");
        await Node.Clock.AdvanceUntilAsync(Rings.NextOf(key), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(3));
    }
}
