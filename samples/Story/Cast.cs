namespace ForgeOrleans.Story;

/// <summary>The two sites of the story, and who of their users appears in it.</summary>
internal sealed record Cast(Site Acme, Site Globex, User Ada, User Ben, User Chiara)
{
    public static Cast Of(IReadOnlyList<Site> sites) => new(sites[0], sites[1], sites[0].Users[0], sites[0].Users[1], sites[1].Users[0]);
}
