using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>The first good token at every door: nothing else can be played where it is refused.</summary>
internal static class FirstTokens
{
    public const string Id = "token-good";

    public static Check Check { get; } = new(
        Id, Groups.Contact, "A good token is let in at every endpoint of the manifest", ContractSection.Tokens,
        "Configure the remote with the verifier's JWKS URL and the manifest's app id (see \"configuration\"), and answer 401 to nothing but a token that does not verify.",
        PlayAsync);

    private static async Task<Finding> PlayAsync(Stage stage, CancellationToken ct)
    {
        long? started = null;
        var waiting = stage.Distinct.ToList();
        while (true)
        {
            List<Door> distrusting = [];
            foreach (var door in waiting)
            {
                var answer = await stage.CallAsync(door.Fresh(), ct);
                if (stage.Known(door) is null && door == waiting[0])
                    Reached(stage, answer);
                stage.Learn(door, answer);
                if (Stage.IsDistrust(answer))
                    distrusting.Add(door);
            }
            waiting = distrusting;
            // A remote may need a while to fetch the keys, and that some doors are open tells nothing: they may be open to all.
            if (waiting.Count == 0 || (started is { } since && TimeProvider.System.GetElapsedTime(since) >= stage.Options.Patience))
                break;
            if (started is null)
                stage.Options.NotTrustedYet?.Invoke(RemoteVerifier.ConfigurationOf(stage.Platform));
            started ??= TimeProvider.System.GetTimestamp();
            await Task.Delay(stage.Options.AskEvery, ct);
        }
        return Judge(stage, waiting);
    }

    private static Finding Judge(Stage stage, List<Door> distrusting)
    {
        if (distrusting.Count > 0)
            return Told(stage, distrusting, " to a good token").ToFinding();
        if (stage.Open.Count == 0)
            return Finding.Failed($"Nothing is behind any path of the manifest. {Told(stage, stage.Distinct, "").Sentences()}");
        // Without a call that the frontend makes, much of the contract can't be played.
        var lost = stage.Distinct.Where(door => door.Kind is DoorKind.Invocation && !stage.Open.Contains(door)).ToList();
        return Told(stage, lost, ", so there is nothing to play with").ToWarning(
            "Name calls that the frontend makes, such as --invoke \"GET /tasks\" --invoke 'POST /tasks {\"title\": \"{marker}\"}'.");
    }

    private static Complaints Told(Stage stage, IEnumerable<Door> doors, string more)
    {
        var complaints = new Complaints();
        foreach (var door in doors)
            complaints.Add(door.Name, stage.Known(door)!.Words + more);
        return complaints;
    }

    private static void Reached(Stage stage, RemoteAnswer answer)
    {
        if (answer is { Failure: { } failure, IsLate: false })
            throw new VerificationException($"The remote at {stage.Options.BaseUrl} {failure}. Is it started, and is that its address?");
    }
}
