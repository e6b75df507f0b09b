namespace ForgeOrleans.Story;

/// <summary>Work of a site that takes some seconds, so that something can fail in the middle of it.</summary>
internal sealed class InterruptedWork(Site site, User user, IssueEvent happened, Platform platform, CancellationToken interrupted)
{
    public const int Milliseconds = 3_000;

    private readonly Activity _activity = new(site, user, platform, interrupted);
    private string? _itemId;

    public Site Site => site;

    /// <summary>The runs of the work so far.</summary>
    public IReadOnlyList<Run> Runs { get; private set; } = [];

    /// <summary>An attempt has begun, and nobody will ever end it.</summary>
    public bool WasCutOff => Runs.Any(run => !run.IsOver);

    /// <summary>An attempt has come to its end, and none was begun beside another.</summary>
    public bool IsDone => Runs is [.., { IsOver: true }]
        && Runs.Zip(Runs.Skip(1)).All(pair => pair.First.FinishedAt is null || pair.First.FinishedAt <= pair.Second.StartedAt);

    /// <summary>Gives the site the work, and waits until it has begun.</summary>
    public async Task BeginAsync()
    {
        var before = (await _activity.UntilAsync(_ => true)).Select(run => run.ItemId).ToHashSet();
        await platform.DeliverAsync(site, happened);
        Runs = [.. (await _activity.UntilAsync(runs => runs.Any(IsNew))).Where(IsNew)];
        _itemId = Runs is [var run, ..] ? run.ItemId : null;

        bool IsNew(Run run) => !before.Contains(run.ItemId);
    }

    /// <summary>Waits until an attempt has come to its end.</summary>
    public async Task EndAsync()
    {
        Runs = [.. (await _activity.UntilAsync(runs => runs.LastOrDefault(IsOfIt) is { IsOver: true })).Where(IsOfIt)];

        bool IsOfIt(Run run) => run.ItemId == _itemId;
    }

    /// <summary>Whether what the work was for is there.</summary>
    public async Task<bool> IsVisibleAsync() =>
        (await platform.InvokeAsync(site, user, "GET", $"/tasks/?team={IssueEvent.Project}")).Descriptions.Contains(happened.Description);
}
