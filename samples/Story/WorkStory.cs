namespace ForgeOrleans.Story;

/// <summary>What the platform delivers by itself, to a site: a trigger, an event whose handler fails, and both of them once too often.</summary>
internal sealed class WorkStory(Cast cast, Platform platform, Transcript transcript, CancellationToken interrupted)
{
    private readonly Activity _activity = new(cast.Acme, cast.Ada, platform, interrupted);

    public async Task PlayAsync()
    {
        transcript.Step($"The hourly trigger fires at {cast.Acme.Id}; the platform delivers it twice, as it sometimes does");
        var fired = await platform.FireAsync(cast.Acme, "hourly", isDuplicated: true);
        transcript.Expect("both are acknowledged within the platform's 5 s", fired is [{ IsGood: true }, { IsGood: true }]);
        var hourly = await _activity.UntilAsync(runs => runs is [.., { Key: "hourly", IsOver: true }]);
        transcript.Received(Activity.Tell(hourly));
        transcript.Expect("it is run", hourly is [{ Kind: "trigger", Key: "hourly", Attempt: 1 }]);

        transcript.Step("Somebody creates an issue with the label task-board in Jira, and the event's handler fails twice");
        transcript.Note($"here it is tried again after {Workshop.FirstRetry.TotalSeconds} s on average, and then after twice that; elsewhere after 5 s (Forge:Work:FirstRetry)");
        var created = new IssueEvent(IssueEvent.Created, "10007", "TB-7", "Order the cake", new { fail = 2 });
        var delivered = await platform.DeliverAsync(cast.Acme, created);
        transcript.Expect("it is acknowledged at once: the platform sees none of the failures", delivered is [{ IsGood: true }]);
        var tried = await _activity.UntilAsync(runs => runs is [.., { Key: IssueEvent.Created, Attempt: 3, IsOver: true }], hourly.Count);
        transcript.Received(Activity.Tell(tried));
        transcript.Expect("three attempts at the same item, one after another", IsOneAfterAnother(tried));
        transcript.Expect("and the third has done it: the issue has a task", await DescriptionsAsync() is ["TB-7 Order the cake"]);

        transcript.Step("The platform delivers that event once more, and then the issue's next one");
        var again = await platform.DeliverAsync(cast.Acme, created);
        transcript.Expect("the duplicate is acknowledged", again is [{ IsGood: true }]);
        await platform.DeliverAsync(cast.Acme, new IssueEvent(IssueEvent.Updated, "10007", "TB-7", "Order two cakes"));
        // An issue's events run in their order: a second run of the first would come before that of the next.
        var after = await _activity.UntilAsync(runs => runs is [.., { Key: IssueEvent.Updated, IsOver: true }], hourly.Count + tried.Count);
        transcript.Received(Activity.Tell(after));
        transcript.Expect("neither it nor the trigger's was run: only the next event was", after is [{ Key: IssueEvent.Updated, Attempt: 1 }]);
        transcript.Expect("the issue has still one task, as it is now", await DescriptionsAsync() is ["TB-7 Order two cakes"]);
    }

    private async Task<IReadOnlyList<string>> DescriptionsAsync() =>
        (await platform.InvokeAsync(cast.Acme, cast.Ada, "GET", $"/tasks/?team={IssueEvent.Project}")).Descriptions;

    private static bool IsOneAfterAnother(IReadOnlyList<Run> runs) =>
        runs.Select(run => run.Attempt).SequenceEqual([1, 2, 3])
        && runs.DistinctBy(run => run.ItemId).Count() == 1
        && runs.Zip(runs.Skip(1)).All(pair => pair.First.FinishedAt <= pair.Second.StartedAt);
}
