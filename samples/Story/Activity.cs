using System.Diagnostics;
using System.Text.Json;

namespace ForgeOrleans.Story;

/// <summary>What the TaskBoard says that its handlers have done for a site.</summary>
internal sealed class Activity(Site site, User user, Platform platform, CancellationToken interrupted)
{
    // A silo's work is found by another one within a minute or so: reminders tick that often.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Waits until the runs, but for the first so many, are as they should be. They are what they are when patience ends.</summary>
    public async Task<IReadOnlyList<Run>> UntilAsync(Predicate<IReadOnlyList<Run>> isSo, int skip = 0)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var runs = await ReadAsync(skip);
            if ((runs is not null && isSo(runs)) || watch.Elapsed > Patience)
                return runs ?? [];
            await Task.Delay(50, interrupted);
        }
    }

    /// <returns>The runs but for the first so many, or null while the remote cannot say.</returns>
    public async Task<IReadOnlyList<Run>?> ReadAsync(int skip)
    {
        var answer = await platform.CallAsync(site, user, "GET", "/activity?limit=1000");
        return answer is { Status: 200, Body: { } page }
            ? [.. page["activity"]!.AsArray().Skip(skip).Select(run => run.Deserialize<Run>(JsonSerializerOptions.Web)!)]
            : null;
    }

    public static string Tell(IReadOnlyList<Run> runs) => string.Join("; ", runs.Select((run, i) =>
        $"{(i == 0 ? $"{run.Kind} {run.Key}: " : "")}attempt {run.Attempt}"
        + (i == 0 ? "" : $" {(run.StartedAt - runs[i - 1].StartedAt).TotalSeconds:0.0} s after")
        + (run.FinishedAt is { } end ? $", took {(end - run.StartedAt).TotalSeconds:0.00} s" : ", has no end")));
}

/// <summary>A run of a handler.</summary>
internal sealed record Run(string ItemId, string Kind, string Key, int Attempt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public bool IsOver => FinishedAt is not null;
}
