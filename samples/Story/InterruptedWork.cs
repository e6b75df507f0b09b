namespace ForgeOrleans.Story;

/// <summary>Work of a site that takes some seconds, so that something can fail in the middle of it.</summary>
internal sealed class InterruptedWork(Site site, User user, IssueEvent happened, Platform platform, CancellationToken interrupted)
{
    public const int Milliseconds = 3_000;

    private readonly Activity _activity = new(site, user, platform, interrupted);
    private int _before;

    public Site Site => site;

    /// <summary>The runs of the work so far.</summary>
    public IReadOnlyList<Run> Runs { get; private set; } = [];

    /// <summary>An attempt has begun, and nobody will ever end it.</summary>
    public bool WasCutOff => Runs.Any(run => !run.IsOver);

    /// <summary>An attempt has come to its end, and none was begun beside another.</summary>
    public bool IsDone => Runs is [.., { IsOver: true }]
        && Runs.DistinctBy(run => run.ItemId).Count() == 1
        && Runs.Zip(Runs.Skip(1)).All(pair => pair.First.FinishedAt is null || pair.First.FinishedAt <= pair.Second.StartedAt);

    /// <summary>Gives the site the work, and waits until it has begun.</summary>
    public async Task BeginAsync()
    {
        _before = (await _activity.ReadAsync(0))?.Count ?? 0;
        await platform.DeliverAsync(site, happened);
        Runs = await _activity.UntilAsync(runs => runs.Count == 1, _before);
    }

    /// <summary>Waits until an attempt has come to its end.</summary>
    public async Task EndAsync() => Runs = await _activity.UntilAsync(runs => runs is [.., { IsOver: true }], _before);

    /// <summary>Whether what the work was for is there.</summary>
    public async Task<bool> IsVisibleAsync() =>
        (await platform.InvokeAsync(site, user, "GET", $"/tasks/?team={IssueEvent.Project}")).Descriptions.Contains(happened.Description);
}
