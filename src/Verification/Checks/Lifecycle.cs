using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>The app's life on a site.</summary>
internal static class Lifecycle
{
    private const string Module = "trigger of lifecycle events";
    private const string InstalledEvent = "avi:forge:installed:app";
    private const string UpgradedEvent = "avi:forge:upgraded:app";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of("installed", "The installed event is answered 2xx within 5 s, with what is optional and without", InstalledEvent, Forms),
        Of("upgraded", "The upgraded event is answered 2xx within 5 s, with what is optional and without", UpgradedEvent, Forms),
        Of("installed-twice", "The installed event of a site is answered 2xx a second time too", InstalledEvent, Twice),
        new("reinstalled", Groups.Lifecycle, "After a reinstall the new installation is served", ContractSection.Lifecycle,
            "A reinstall has a new installation id on the same cloudId: take it as a new installation, with data of its own.", ReinstallAsync),
        new("pre-uninstall", Groups.Lifecycle, "The call before an uninstall is answered 2xx within 55 s", ContractSection.Invocations,
            "Answer 2xx, for a site that you do not know too, and do not depend on the product's APIs: they may fail already.", PreUninstallAsync),
    ];

    private static Check Of(string id, string title, string eventType, Func<Stage, Door, IEnumerable<(string? Note, Door Door)>> bodies) => new(
        id, Groups.Lifecycle, title, ContractSection.Lifecycle, DeliveryDuty.Cure,
        (stage, ct) => DeliveryDuty.EachAsync(stage, Doors(stage, eventType), eventType, door => bodies(stage, door), ct));

    private static IEnumerable<Door> Doors(Stage stage, string eventType) => stage.Of(DoorKind.Lifecycle).Where(door => door.Key == eventType);

    private static Door New(Stage stage, Door door, Guid installation, Guid cloudId) => door with
    {
        Token = door.Token.On(installation, cloudId),
        Body = Patch.Applied(
            SampleBodies.Lifecycle(stage.Platform, door.Key!, installation), new() { ["context"] = $"ari:cloud:{stage.Platform.Sites[0].Products[0]}::site/{cloudId}" }),
    };

    private static IEnumerable<(string?, Door)> Twice(Stage stage, Door door)
    {
        var installed = New(stage, door, Guid.NewGuid(), Guid.NewGuid());
        return [("the first of two", installed), ("the second of two", installed)];
    }

    private static IEnumerable<(string?, Door)> Forms(Stage stage, Door door) =>
    [
        ("one with all that is optional", New(stage, door, Guid.NewGuid(), Guid.NewGuid()).Plus(new()
        {
            ["app"] = new JsonObject { ["name"] = "The app", ["ownerAccountId"] = "712020:owner" },
            ["environment"] = new JsonObject { ["id"] = $"{Guid.NewGuid()}" },
            ["permissions"] = new JsonObject { ["scopes"] = new JsonArray("storage:app") },
            ["future"] = new JsonObject(),
        })),
        ("one with nothing optional", New(stage, door, Guid.NewGuid(), Guid.NewGuid()).Plus(new() { ["installerAccountId"] = null, ["upgraderAccountId"] = null })),
    ];

    private static async Task<Finding> ReinstallAsync(Stage stage, CancellationToken ct)
    {
        if (Doors(stage, InstalledEvent).FirstOrDefault() is not { } installed)
            return Finding.Skipped(Skips.None(InstalledEvent));
        var (cloud, former, later) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var complaints = new Complaints();
        foreach (var (installation, note) in new[] { (former, "the first installation"), (later, "the second") })
            foreach (var door in stage.OpenInvocations.Prepend(New(stage, installed, installation, cloud)))
            {
                var isDelivery = door.Kind is DoorKind.Lifecycle;
                var answer = await stage.CallAsync(isDelivery ? door : door with { Token = door.Token.On(installation, cloud) }, ct);
                var complaint = isDelivery ? DeliveryDuty.Complaint(answer) : answer.Failure ?? (answer.Status is 401 or 403 or >= 500 && answer.Status != stage.Known(door)!.Status ? answer.Words : null);
                if (complaint is not null)
                    complaints.Add(door.Name, $"{complaint} for {note} on the site");
            }
        return complaints.ToFinding();
    }

    private static Task<Finding> PreUninstallAsync(Stage stage, CancellationToken ct) => DeliveryDuty.EachAsync(
        stage,
        stage.Of(DoorKind.PreUninstall),
        "preUninstall",
        door =>
        [
            ("that of a site that was seen before", door),
            ("that of a site never seen before", door with { Token = door.Token.On(Guid.NewGuid(), Guid.NewGuid()) }),
            ("one without contextToken", door.Plus(new() { ["contextToken"] = null })),
        ],
        ct);
}
