using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>Web triggers, in the two forms that the platform is known to use.</summary>
internal static class WebTriggers
{
    private const string Module = "webtrigger";

    public static IReadOnlyList<Check> All { get; } =
    [
        new("web-trigger-envelope", Groups.WebTriggers, "A web trigger's JSON form is answered with statusCode, headers and body", ContractSection.Invocations,
            "Answer 200 with {\"statusCode\": 200, \"headers\": {\"content-type\": [\"text/plain\"]}, \"body\": \"…\"} to a POST of {method, headers, body, path, userPath, queryParameters}.",
            EnvelopeAsync),
        new("web-trigger-direct", Groups.WebTriggers, "A web trigger's direct form is taken, with the caller's own method, query, and a path below", ContractSection.Invocations,
            "Serve the route for all methods and for paths below it: the caller's own request may come there.", DirectAsync),
    ];

    private static async Task<Finding> EnvelopeAsync(Stage stage, CancellationToken ct)
    {
        var complaints = new Complaints();
        var doors = stage.Of(DoorKind.WebTrigger).ToList();
        foreach (var door in doors)
        {
            var answer = await stage.CallAsync(door, ct);
            if (Complaint(answer) is { } complaint)
                complaints.Add(door.Name, $"{complaint}");
        }
        return doors.Count == 0 ? Finding.Skipped(Skips.None(Module)) : complaints.ToFinding();
    }

    private static string? Complaint(RemoteAnswer answer)
    {
        if (DeliveryDuty.Complaint(answer) is { } complaint)
            return complaint;
        try
        {
            var envelope = JsonNode.Parse(answer.Body) as JsonObject;
            return envelope?["statusCode"] is JsonValue code && code.TryGetValue<int>(out var status) && status is >= 200 and <= 599
                ? HasLists(envelope["headers"]) ? null : "answered headers that are not lists of texts"
                : $"answered no statusCode from 200 to 599 ({answer.Excerpt})";
        }
        catch (JsonException)
        {
            return $"answered what is not JSON ({answer.Excerpt})";
        }
    }

    private static bool HasLists(JsonNode? headers) =>
        headers is null || (headers is JsonObject members && members.All(header => header.Value is JsonArray values && values.All(value => value?.GetValueKind() is JsonValueKind.String)));

    // What the caller is answered is the app's affair: only that its request is not lost is the contract's.
    private static async Task<Finding> DirectAsync(Stage stage, CancellationToken ct)
    {
        var complaints = new Complaints();
        var doors = stage.Of(DoorKind.WebTrigger).ToList();
        foreach (var door in doors)
            foreach (var called in new[]
            {
                door with { Method = "GET", Body = null, Path = $"{door.Path}?several=one&several=two" },
                door with { Method = "POST", Body = new JsonObject { ["from"] = "forge-orleans verify" } },
                door with { Method = "PUT", Body = new JsonObject { ["from"] = "forge-orleans verify" }, Path = $"{door.Path.TrimEnd('/')}/below/it" },
            })
            {
                var answer = await stage.CallAsync(called, ct);
                if (answer.Failure is not null || answer.IsUnauthorized || answer.Status >= 500)
                    complaints.Add(called.Name, $"{(answer.IsUnauthorized ? "answered 401 to a good token" : answer.Words)}");
            }
        return doors.Count == 0 ? Finding.Skipped(Skips.None(Module)) : complaints.ToFinding();
    }
}
