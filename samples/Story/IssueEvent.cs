using System.Text.Json;
using System.Text.Json.Nodes;

namespace ForgeOrleans.Story;

/// <summary>Something has happened to a Jira issue with the label that the TaskBoard looks for.</summary>
/// <param name="Type">The event's type.</param>
/// <param name="Id">The issue's id.</param>
/// <param name="Key">The issue's key.</param>
/// <param name="Summary">What it says now.</param>
/// <param name="Simulate">How the event's handler is to fare, if not as usual.</param>
internal sealed record IssueEvent(string Type, string Id, string Key, string Summary, object? Simulate = null)
{
    public const string Created = "avi:jira:created:issue";
    public const string Updated = "avi:jira:updated:issue";
    public const string Project = "TB";

    private static readonly string[] Labels = ["task-board"];

    // The same when the same event is delivered again.
    private readonly long _timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>That of the issue's task.</summary>
    public string Description => $"{Key} {Summary}";

    public JsonObject Payload
    {
        get
        {
            var payload = new JsonObject();
            if (Simulate is not null)
                payload["simulate"] = JsonSerializer.SerializeToNode(Simulate);
            payload["issue"] = JsonSerializer.SerializeToNode(
                new { id = Id, key = Key, fields = new { summary = Summary, labels = Labels, project = new { key = Project } } });
            payload["timestamp"] = _timestamp;
            return payload;
        }
    }
}
