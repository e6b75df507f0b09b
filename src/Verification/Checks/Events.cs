using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>Product events: at least once, in any order, in every form.</summary>
internal static class Events
{
    private const int LargestEvent = 200 * 1000;
    private const int Burst = 50;
    private const string Module = "trigger of product events";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of("event", "Every event of the manifest is answered 2xx within 5 s", DeliveryDuty.Cure, door => [(null, door)]),
        Of(
            "event-unknown-fields", "Fields of an event that nobody knows yet are ignored", "Ignore members of an event that you do not know.",
            door => [("one with unknown fields", door.Plus(new() { ["selfGenerated"] = true, ["future"] = new JsonObject { ["list"] = new JsonArray(1, null) } }))]),
        Of(
            "event-retry", "A retry is taken, with its retryContext in both places", "retryContext may stand at the top or under \"payload\": it must not break the reading.",
            door =>
            [
                ("a retry with retryContext at the top", door.Fresh().Plus(Retry(1, "TIMEOUT_ERROR"))),
                ("a retry with retryContext under payload", door.Fresh().Plus(new() { ["payload"] = Retry(4, "INVALID_REMOTE_INVOCATION_ERROR") })),
            ]),
        Of(
            "event-twice", "The same event is answered 2xx a second time too", "Delivery is at least once: recognise a duplicate if you must, and answer it 2xx.",
            door => [("the first of two", door), ("the second of two", door)]),
        new("event-order", Groups.Deliveries, "Events that overtake one another are answered 2xx", ContractSection.Events,
            "Delivery is unordered: an update may come before the creation, and both after the deletion. Take it, and read the present state from the product.", OrderAsync),
        Of(
            "event-new-site", "An event of a site never seen before is answered 2xx", "An event can be the first that is heard of an installation: do not demand that it is known.",
            door => [("one of a new installation", door with { Token = door.Token.On(Guid.NewGuid(), Guid.NewGuid()) })]),
        Of(
            "event-large", "An event of 200 kB is answered 2xx", "Let bodies of 200 kB in (Express: express.json({limit: '512kb'}); its default is 100 kB).",
            door => [("one of 200 kB", door.Plus(new() { ["padding"] = new string('x', LargestEvent - DeliveryDuty.Size(door) - 20) }))]),
        new("event-burst", Groups.Deliveries, $"{Burst} events of a site at once are all answered 2xx within 5 s", ContractSection.Events, DeliveryDuty.Cure, BurstAsync),
        new("event-cloud", Groups.Deliveries, "A CloudEvent, which has no eventType, does not break the remote", ContractSection.Events,
            "Data-security events have \"type\" and \"data\" and no \"eventType\".", CloudEventAsync),
        new("event-user-token", Groups.Deliveries, "An event that a user made up is not taken for the platform's", ContractSection.Invocations,
            "Events never come with a user in session: refuse a token with a \"principal\", or one of a module with a user interface, at event endpoints (403). A user has such tokens in the browser.",
            UserTokenAsync),
    ];

    private static Check Of(string id, string title, string cure, Func<Door, IEnumerable<(string? Note, Door Door)>> bodies) => new(
        id, Groups.Deliveries, title, ContractSection.Events, cure, (stage, ct) => DeliveryDuty.EachAsync(stage, stage.Of(DoorKind.Event), Module, bodies, ct));

    private static JsonObject Retry(int count, string reason) =>
        new() { ["retryContext"] = new JsonObject { ["retryCount"] = count, ["retryReason"] = reason, ["retryData"] = null } };

    private static Task<Finding> OrderAsync(Stage stage, CancellationToken ct)
    {
        // All of the same issue.
        var number = SampleBodies.NextNumber();
        return DeliveryDuty.EachAsync(
            stage,
            // From the last of an issue's life to the first.
            stage.Of(DoorKind.Event).OrderBy(door => door.Key!.Contains("created", StringComparison.Ordinal) ? 2 : door.Key.Contains("deleted", StringComparison.Ordinal) ? 0 : 1),
            Module,
            door => [("what came out of order", door with { Body = SampleBodies.Event(door.Key!, number) })],
            ct);
    }

    private static async Task<Finding> BurstAsync(Stage stage, CancellationToken ct)
    {
        if (stage.Of(DoorKind.Event).FirstOrDefault() is not { } door)
            return Finding.Skipped(Skips.None(Module));
        var answers = await Task.WhenAll(Enumerable.Range(1, Burst).Select(_ => stage.CallAsync(door with { Body = SampleBodies.Event(door.Key!, SampleBodies.NextNumber()) }, ct)));
        var failed = answers.Select(DeliveryDuty.Complaint).OfType<string>().GroupBy(complaint => complaint).ToList();
        return failed.Count == 0
            ? Finding.Passed($"The last of {Burst} after {answers.Max(answer => answer.Took).TotalSeconds:0.00} s.")
            : Finding.Failed(string.Join(" ", failed.Select(complaint => $"Of {Burst} events at once {door.Name} {complaint.Key} to {complaint.Count()}.")));
    }

    private static async Task<Finding> CloudEventAsync(Stage stage, CancellationToken ct)
    {
        var doors = stage.Of(DoorKind.Event).DistinctBy(door => door.Path).ToList();
        if (doors.Count == 0)
            return Finding.Skipped(Skips.None(Module));
        var complaints = new Complaints();
        var isBroken = false;
        foreach (var door in doors)
        {
            var body = new JsonObject
            {
                ["specversion"] = "1.0", ["id"] = $"{Guid.NewGuid()}", ["source"] = "https://api.atlassian.com", ["type"] = "com.atlassian.data-security.policy-changed", ["data"] = new JsonObject(),
            };
            var answer = await stage.CallAsync(door with { Body = body }, ct);
            isBroken |= answer.Failure is not null || answer.IsUnauthorized || answer.Status >= 500;
            if (DeliveryDuty.Complaint(answer) is { } complaint)
                complaints.Add(door.Name, $"{complaint} to an event without eventType");
        }
        return isBroken || stage.Of(DoorKind.Event).Any(door => door.Key!.Contains("security", StringComparison.OrdinalIgnoreCase)) ? complaints.ToFinding()
            : complaints.ToWarning("That is right as long as the manifest asks for no data-security events.");
    }

    private static async Task<Finding> UserTokenAsync(Stage stage, CancellationToken ct)
    {
        var doors = stage.Of(DoorKind.Event).DistinctBy(door => door.Path).ToList();
        if (doors.Count == 0)
            return Finding.Skipped(Skips.None(Module));
        var broken = new Complaints();
        var taken = new Complaints();
        foreach (var door in doors)
        {
            var answer = await stage.CallAsync(door with { Token = new TokenWish() }, ct);
            if (answer.Failure is not null || answer.IsUnauthorized || answer.Status >= 500)
                broken.Add(door.Name, $"{(answer.IsUnauthorized ? "answered 401, which says that the token did not verify; use 403" : answer.Words)}");
            else if (answer.IsSuccess)
                taken.Add(door.Name, $"{answer.Words} to the token of a user in session");
        }
        return broken.AreNone ? taken.ToWarning() : broken.ToFinding();
    }
}
