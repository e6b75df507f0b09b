using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>A kind of token that every endpoint refuses with 401, and that makes no remote call anybody.</summary>
/// <param name="Id">Its stable name.</param>
/// <param name="Title">What a good remote does.</param>
/// <param name="Cure">What to do about one that does not.</param>
/// <param name="Forge">Makes the credentials for a door: all variants of the idea.</param>
internal sealed record ForgedToken(string Id, string Title, string Cure, Func<Stage, Door, CancellationToken, Task<IReadOnlyList<Credentials>>> Forge)
{
    /// <summary>From a good token.</summary>
    public static ForgedToken Of(string id, string title, string cure, Func<TokenForge, MintedToken, IEnumerable<Credentials>> forge) =>
        new(id, title, cure, async (stage, door, ct) => [.. forge(stage.Forge, await stage.Forge.MintAsync(door.Token, ct))]);

    /// <summary>A token that the platform signs, and that says something wrong.</summary>
    public static ForgedToken Saying(string id, string title, string cure, params JsonObject[] claims) =>
        Minted(id, title, cure, [.. claims.Select<JsonObject, Func<TokenWish, TokenWish>>(said => wish => wish.With(said))]);

    /// <summary>A token that the platform mints otherwise.</summary>
    public static ForgedToken Minted(string id, string title, string cure, params Func<TokenWish, TokenWish>[] wishes) => new(id, title, cure, async (stage, door, ct) =>
    {
        List<Credentials> all = [];
        foreach (var wish in wishes)
            all.Add(Credentials.Bearer((await stage.Forge.MintAsync(wish(door.Token), ct)).Fit));
        return all;
    });

    public Check AsCheck(string group = Groups.ForgedTokens) => new(Id, group, Title, ContractSection.Tokens, Cure, PlayAsync);

    private async Task<Finding> PlayAsync(Stage stage, CancellationToken ct)
    {
        if (stage.Open.Count == 0)
            return Finding.Skipped("No path of this remote takes a good token, so a bad one can't be told apart.");
        var complaints = new Complaints();
        var before = stage.Forge.Server.Connections;
        foreach (var door in stage.Open)
            foreach (var credentials in await Forge(stage, door, ct))
                complaints.Add(door.Name, Complaint(await stage.CallAsync(door.Fresh(), credentials, ct)), credentials.Note);
        return stage.Forge.Server.Connections > before
            ? Finding.Failed($"The remote connected to a server that the token names: whoever sends a token chooses where the remote goes. {complaints.Sentences()}".TrimEnd())
            : complaints.ToFinding();
    }

    private static string? Complaint(RemoteAnswer answer) => answer switch
    {
        { IsUnauthorized: true } => null,
        { IsSuccess: true } => $"let it in ({answer.Status})",
        { Failure: not null } => answer.Failure,
        _ => $"answered {answer.Status} in place of 401",
    };
}
