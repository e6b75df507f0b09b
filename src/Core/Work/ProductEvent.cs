namespace ForgeOrleans.Work;

/// <summary>A product event (contract section 7). <see cref="WorkRun.Json"/> is all of it.</summary>
public sealed class ProductEvent : WorkRun
{
    internal ProductEvent(RunContext context) : base(context)
    {
    }

    /// <summary>The event's type, such as <c>avi:jira:updated:issue</c>.</summary>
    public string EventType => Key;

    /// <summary>The account id of the user who caused it, if it says.</summary>
    public string? AtlassianId => EventJson.Text(Json, "atlassianId");

    /// <summary>When it happened, if it says: Jira's and CloudEvents do.</summary>
    public DateTimeOffset? Timestamp => EventJson.Timestamp(Json);

    /// <summary>The app has caused it itself.</summary>
    public bool IsSelfGenerated => EventJson.IsSelfGenerated(Json);

    /// <summary>The id of what it is about (an issue, a page, …), if it says. A comment on an issue is about the issue.</summary>
    public string? EntityId => EventJson.Entity(Json)?.Id;

    /// <summary>The kind of what it is about: <c>issue</c>, <c>content</c>, …</summary>
    public string? EntityType => EventJson.Entity(Json)?.Type;

    /// <summary>Why the platform delivered it again, when it did.</summary>
    public RetryContext? Retry => EventJson.Retry(Json);
}

/// <summary>Why the platform delivers an event again (contract section 7).</summary>
/// <param name="Count">Which repetition it is, from 1.</param>
/// <param name="Reason"><c>INVALID_REMOTE_INVOCATION_ERROR</c>, <c>TIMEOUT_ERROR</c> or <c>INVALID_FORGE_INVOCATION_TOKEN</c>.</param>
public sealed record RetryContext(int Count, string? Reason);
