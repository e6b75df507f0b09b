namespace ForgeOrleans.Emulator.Sites;

/// <summary>The sites that have the app installed, and who works there.</summary>
internal static class SiteDirectory
{
    public static IReadOnlyList<Site> For(string appId) =>
    [
        Create(appId, "acme", "Acme", "Ada Lovelace", "Ben Okafor", "Kim Larsen"),
        // Kim advises both companies: one account on two sites, whose data must not meet.
        Create(appId, "globex", "Globex", "Chiara Rossi", "Daniel Weber", "Kim Larsen"),
    ];

    private static Site Create(string appId, string id, string name, params IEnumerable<string> people) => new(
        id,
        name,
        StableId.Of("cloud", id),
        StableId.Of("installation", appId, id),
        [.. people.Select(person => new User(StableId.AccountOf("account", person), person))]);
}
