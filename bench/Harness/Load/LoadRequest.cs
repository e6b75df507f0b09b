namespace ForgeOrleans.Bench.Load;

/// <summary>What every caller asks for.</summary>
public sealed record LoadRequest(string Method, string Path, string Body)
{
    /// <summary>About 200 bytes.</summary>
    private const string Task = """
        {"department":"Engineering","team":"Forge","description":"Write down what was measured, on which machine, with which versions, and what it was compared to; a number alone says nothing."}
        """;

    public static readonly LoadRequest Echo = new("POST", "/echo", Task);
    public static readonly LoadRequest List = new("GET", "/tasks/", "");
    public static readonly LoadRequest Create = new("POST", "/tasks/", Task);

    /// <summary>A product event of about 400 bytes; the load generator numbers them, so that none is a duplicate.</summary>
    public static readonly LoadRequest Event = new("POST", "/events", """
        {"eventType":"avi:jira:updated:issue","timestamp":NUMBER,"atlassianId":"5b10a2844c20165700ede21g","issue":{"id":"ISSUE","key":"ENG-ISSUE","fields":{"summary":"Write down what was measured, on which machine, with which versions","issuetype":{"id":"10001","name":"Task"},"project":{"id":"10000","key":"ENG","name":"Engineering"},"status":{"id":"3","name":"In Progress"}}},"changelog":{"items":[{"field":"status"}]}}
        """) { IsDelivery = true };

    /// <summary>The platform sends it, for no user.</summary>
    public bool IsDelivery { get; init; }
}
