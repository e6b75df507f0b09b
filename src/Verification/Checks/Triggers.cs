using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>Scheduled triggers.</summary>
internal static class Triggers
{
    private const string Module = "scheduledTrigger";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of("trigger", "Every scheduled trigger is answered 2xx within 5 s", DeliveryDuty.Cure, door => [(null, door)]),
        Of(
            "trigger-twice", "A scheduled trigger that comes twice is answered 2xx both times", "Triggers are sometimes delivered twice: the second changes nothing, and is answered 2xx.",
            door => [("the first of two", door), ("the second of two", door)]),
        Of(
            "trigger-forms", "A scheduled trigger is taken with and without what its body may have", "Rely on the token alone: the body's context and contextToken may be missing, and retryContext may be there.",
            door =>
            [
                ("one without contextToken", door.Fresh().Plus(new() { ["contextToken"] = null })),
                ("an empty object", door with { Body = new JsonObject() }),
                ("a retry", door.Fresh().Plus(new() { ["retryContext"] = new JsonObject { ["retryCount"] = 1, ["retryReason"] = "TIMEOUT_ERROR", ["retryData"] = null } })),
            ]),
        Of(
            "trigger-new-site", "A scheduled trigger of a site never seen before is answered 2xx", "A trigger can be the first that is heard of an installation: do not demand that it is known.",
            door => [("one of a new installation", door.Fresh() with { Token = door.Token.On(Guid.NewGuid(), Guid.NewGuid()) })]),
    ];

    private static Check Of(string id, string title, string cure, Func<Door, IEnumerable<(string? Note, Door Door)>> bodies) => new(
        id, Groups.Deliveries, title, ContractSection.Triggers, cure, (stage, ct) => DeliveryDuty.EachAsync(stage, stage.Of(DoorKind.ScheduledTrigger), Module, bodies, ct));
}
