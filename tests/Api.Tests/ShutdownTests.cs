using ForgeOrleans.Api.Tests.Remotes;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>A process that is told to stop lets what runs come to its end, and answers for what does not.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task What_ends_in_time_is_answered_as_ever()
    {
        var (entered, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var remote = await StartAsync(async () =>
        {
            entered.SetResult();
            await go.Task;
            return "done";
        });
        var responding = remote.GetAsync("/wait");
        await entered.Task;
        var stopping = remote.StopAsync();
        await remote.Clock.TimerSetAsync(TimeSpan.FromSeconds(8));
        go.SetResult();
        using var response = await responding;
        (await response.Content.ReadAsStringAsync()).ShouldBe("\"done\"");
        await stopping;
    }

    [Fact]
    public async Task What_still_runs_after_eight_seconds_is_answered_503()
    {
        var (entered, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var remote = await StartAsync(async (CancellationToken token) =>
        {
            entered.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
                return "never";
            }
            finally
            {
                cancelled.SetResult();
            }
        });
        var responding = remote.GetAsync("/wait");
        await entered.Task;
        var stopping = remote.StopAsync();
        await remote.Clock.TimerSetAsync(TimeSpan.FromSeconds(8));
        remote.Clock.Advance(TimeSpan.FromSeconds(7.9));
        responding.IsCompleted.ShouldBeFalse();
        remote.Clock.Advance(TimeSpan.FromSeconds(0.1));
        using var response = await responding;
        await response.ShouldBeErrorAsync(503, "unavailable");
        await cancelled.Task;
        await stopping;
    }

    private static Task<Remote> StartAsync(Delegate handler) => Remote.StartMappingAsync(app => app.MapForgeInvocation("GET", "/wait", handler));
}
