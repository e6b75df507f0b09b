using System.Text.Json;
using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>The hooks of a data-residency realm migration.</summary>
internal static class Migration
{
    private const string Module = "migration:dataResidency";
    private static readonly string[] Codes = ["E0001", "E0002", "E0003", "E0004", "E9999"];

    public static IReadOnlyList<Check> All { get; } =
    [
        new("migration-hooks", Groups.Migration, "The hooks of a realm migration answer 2xx, or an error with a code that the platform knows", ContractSection.Migration,
            $"Answer 2xx, or another status with {{\"errorResponseCode\": \"E9999\"}}; the codes: {string.Join(", ", Codes)}.", HooksAsync),
        new("migration-status", Groups.Migration, "The status of a realm migration is JSON with a \"status\", with and without migrationId", ContractSection.Migration,
            "Answer {\"status\": \"ready-to-commit\"}, {\"status\": \"failed\", \"errorResponseCode\": \"E0004\"}, or any other status while it runs.", StatusAsync),
    ];

    private static async Task<Finding> HooksAsync(Stage stage, CancellationToken ct)
    {
        var doors = stage.Of(DoorKind.Migration).Where(door => door.Method is "POST").ToList();
        var complaints = new Complaints();
        foreach (var door in doors)
        {
            var answer = await stage.CallAsync(door, ct);
            // Nobody looks at what a rollback answers.
            if (answer.IsUnauthorized || (!door.Path.EndsWith("/rollback", StringComparison.Ordinal) && Complaint(answer) is not null))
                complaints.Add(door.Name, $"{Complaint(answer)}");
        }
        return doors.Count == 0 ? Finding.Skipped(Skips.None(Module)) : complaints.ToFinding();
    }

    private static string? Complaint(RemoteAnswer answer)
    {
        if (answer.IsSuccess)
            return null;
        if (answer.Failure is not null || answer.IsUnauthorized || answer.IsRedirect || answer.IsNowhere)
            return answer.Words;
        return Read(answer)?["errorResponseCode"] switch
        {
            null => answer.Body.Length == 0 || AnswerVerdict.IsJson(answer.Body) ? null : $"answered {answer.Status} with what is not JSON",
            JsonValue code when code.GetValueKind() is JsonValueKind.String && Codes.Contains(code.GetValue<string>()) => null,
            var code => $"answered {answer.Status} with the code {code.ToJsonString()}, which the platform does not know",
        };
    }

    private static async Task<Finding> StatusAsync(Stage stage, CancellationToken ct)
    {
        if (stage.Of(DoorKind.Migration).FirstOrDefault(door => door.Method is "GET") is not { } door)
            return Finding.Skipped(Skips.None(Module));
        var complaints = new Complaints();
        foreach (var path in new[] { door.Path, door.Path[..door.Path.IndexOf('?', StringComparison.Ordinal)] })
        {
            var answer = await stage.CallAsync(door with { Path = path }, ct);
            if (!answer.IsSuccess || Read(answer)?["status"] is not JsonValue)
                complaints.Add($"GET {path}", $"{(answer.IsSuccess ? $"answered no \"status\" ({answer.Excerpt})" : answer.Words)}");
        }
        return complaints.ToFinding();
    }

    private static JsonObject? Read(RemoteAnswer answer)
    {
        try
        {
            return JsonNode.Parse(answer.Body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
