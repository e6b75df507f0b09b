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
}
