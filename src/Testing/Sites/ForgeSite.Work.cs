using ForgeOrleans.Testing.Work;

namespace ForgeOrleans.Testing;

/// <content>What the remote has accepted and does later. For remotes that are ForgeOrleans apps.</content>
public sealed partial class ForgeSite
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until the remote has done all work of this site that it has accepted: events, triggers and jobs, with their retries.</summary>
    /// <param name="deadLettersAreFine">Whether work may have failed for good; without it that is an error.</param>
    /// <param name="remote">Which of the manifest's remotes, by its key; needed where there are several.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="ForgeTestException">Work has failed for good, or hangs: the message has what and why. Or the remote does not tell.</exception>
    public async Task WhenWorkIsDoneAsync(bool deadLettersAreFine = false, string? remote = null, CancellationToken ct = default)
    {
        var (api, limit) = (Platform.OperatorOf(remote), Platform.Options.WaitLimit);
        var (started, pause) = (TimeProvider.System.GetTimestamp(), ShortestPause);
        while (true)
        {
            var queue = await api.QueueAsync(InstallationId, ct);
            if (queue is { DeadLetters: > 0 } && !deadLettersAreFine)
                throw await FailedAsync(api, ct);
            if (queue is null or { IsDone: true })
                return;
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                throw PlatformApi.TooLong($"the work of site {Id}", limit, $"It has {queue.Told()}.");
            await Task.Delay(pause, ct);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>What the remote has accepted and not done yet.</summary>
    /// <param name="remote">Which of the manifest's remotes, by its key; needed where there are several.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The remote does not tell.</exception>
    public async Task<WorkQueue> WorkAsync(string? remote = null, CancellationToken ct = default) =>
        await Platform.OperatorOf(remote).QueueAsync(InstallationId, ct) ?? new WorkQueue(0, 0, 0, false, false, false);

    /// <summary>What has failed for good, the oldest first.</summary>
    /// <param name="remote">Which of the manifest's remotes, by its key; needed where there are several.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The remote does not tell.</exception>
    public Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(string? remote = null, CancellationToken ct = default) =>
        Platform.OperatorOf(remote).DeadLettersAsync(InstallationId, ct);

    /// <summary>Gives what has failed for good all its attempts again.</summary>
    /// <param name="remote">Which of the manifest's remotes, by its key; needed where there are several.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ForgeTestException">The remote does not.</exception>
    public Task ReplayDeadLettersAsync(string? remote = null, CancellationToken ct = default) =>
        Platform.OperatorOf(remote).ReplayDeadLettersAsync(InstallationId, ct);

    private async Task<ForgeTestException> FailedAsync(OperatorApi api, CancellationToken ct)
    {
        const int MostTold = 10;
        var dead = await api.DeadLettersAsync(InstallationId, ct);
        var lines = dead.Take(MostTold).Select(letter => $"{letter.Kind} {letter.Key} after {letter.Attempts} {(letter.Attempts == 1 ? "attempt" : "attempts")}: {letter.Error}");
        return new(string.Join(Environment.NewLine + "  ", [$"Work of site {Id} has failed for good:", .. lines, .. dead.Count > MostTold ? ["…"] : Array.Empty<string>()]));
    }
}
