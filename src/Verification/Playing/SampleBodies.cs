using System.Globalization;
using System.Text.Json.Nodes;
using ForgeOrleans.Emulator;

namespace ForgeOrleans.Verification.Playing;

/// <summary>Bodies as the platform sends them (contract, sections 1, 7, 8 and 9).</summary>
internal static class SampleBodies
{
    /// <summary>The id of the migration that is played.</summary>
    public const int MigrationId = 4711;

    private const string Account = "712020:4a1c3c6e-0d6f-4c1a-9a49-8f6d2d3b7b11";
    private const int Ranges = 10_000;
    private const int Range = 10_000;

    // Another run is about other issues: a remote that recognises duplicates must not know these.
    private static int _lastNumber = Random.Shared.Next(Ranges) * Range;

    /// <summary>The number of an issue or page that no event has been about yet.</summary>
    public static int NextNumber() => Interlocked.Increment(ref _lastNumber);

    /// <summary>A product event.</summary>
    /// <param name="eventType">Such as <c>avi:jira:updated:issue</c>.</param>
    /// <param name="number">Which issue or page it is about.</param>
    public static JsonObject Event(string eventType, int number)
    {
        var body = new JsonObject { ["eventType"] = eventType, ["atlassianId"] = Account };
        var names = eventType.Split(':');
        var (product, subject) = (names.ElementAtOrDefault(1), names[^1]);
        if (product is "jira")
        {
            body["timestamp"] = Now().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            body["issue"] = Issue(number);
            if (subject is "comment" || eventType.EndsWith("commented:issue", StringComparison.Ordinal))
                body["comment"] = new JsonObject { ["id"] = $"{30_000 + number}", ["author"] = Person(), ["created"] = Text(Now()), ["updated"] = Text(Now()) };
        }
        else if (product is "confluence")
        {
            body["content"] = Content(subject, number);
        }
        else
        {
            body["id"] = $"{number}";
        }
        return body;
    }

    /// <summary><c>avi:forge:installed:app</c> or <c>avi:forge:upgraded:app</c>.</summary>
    public static JsonObject Lifecycle(Platform platform, string eventType, Guid installation) => new()
    {
        ["eventType"] = eventType,
        ["id"] = $"{installation}",
        ["context"] = $"ari:cloud:{platform.Sites[0].Products[0]}::site/{platform.Sites[0].CloudId}",
        [eventType.Contains("upgraded", StringComparison.Ordinal) ? "upgraderAccountId" : "installerAccountId"] = Account,
        ["app"] = new JsonObject { ["id"] = platform.Manifest.AppId[(platform.Manifest.AppId.LastIndexOf('/') + 1)..], ["version"] = platform.AppVersion },
    };

    /// <summary>What comes just because of a module: a scheduled trigger, a pre-uninstall hook.</summary>
    public static JsonObject Module(string cloudId, string moduleKey) => new()
    {
        ["context"] = new JsonObject { ["cloudId"] = cloudId, ["moduleKey"] = moduleKey },
        ["contextToken"] = ContextToken(),
    };

    /// <summary>What stands beside the context in the body of a module's call, and is different each time.</summary>
    public static string ContextToken() => $"{Guid.NewGuid():N}{Guid.NewGuid():N}";

    /// <summary>A call of a web trigger in its JSON form.</summary>
    public static JsonObject WebTriggerEnvelope(string key) => new()
    {
        ["method"] = "POST",
        ["headers"] = new JsonObject { ["content-type"] = new JsonArray("application/json"), ["x-several"] = new JsonArray("one", "two") },
        ["body"] = """{"from":"forge-orleans verify"}""",
        ["path"] = $"/webtriggers/{key}",
        ["userPath"] = "",
        ["queryParameters"] = new JsonObject { ["several"] = new JsonArray("one", "two") },
    };

    /// <summary>The announcement of a realm migration.</summary>
    public static JsonObject Migration() => new()
    {
        ["startTime"] = Now().AddHours(1).ToUnixTimeMilliseconds(),
        ["endTime"] = Now().AddHours(25).ToUnixTimeMilliseconds(),
        ["location"] = "EU",
        ["migrationId"] = MigrationId,
    };

    private static JsonObject Issue(int number) => new()
    {
        ["id"] = $"{10_000 + number}",
        ["key"] = $"VER-{number}",
        ["fields"] = new JsonObject
        {
            ["summary"] = $"Issue {number} of the verifier",
            ["issuetype"] = new JsonObject { ["id"] = "10001", ["name"] = "Task", ["subtask"] = false },
            ["project"] = new JsonObject { ["id"] = "10000", ["key"] = "VER", ["name"] = "Verification" },
            ["status"] = new JsonObject { ["id"] = "10000", ["name"] = "To Do" },
            ["creator"] = Person(),
            ["created"] = Text(Now()),
            ["updated"] = Text(Now()),
        },
    };

    private static JsonObject Content(string type, int number) => new()
    {
        ["id"] = $"{20_000 + number}",
        ["type"] = type,
        ["status"] = "current",
        ["title"] = $"Page {number} of the verifier",
        ["space"] = new JsonObject { ["id"] = 65_537, ["key"] = "VER", ["name"] = "Verification" },
        ["history"] = new JsonObject { ["latest"] = true, ["createdBy"] = Person(), ["createdDate"] = Text(Now()) },
    };

    private static JsonObject Person() => new() { ["accountId"] = Account };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff+0000", CultureInfo.InvariantCulture);

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();
}
