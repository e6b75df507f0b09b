using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Checks;

/// <summary>A kind of good token that is unlike the first one, and works like it.</summary>
/// <param name="Id">Its stable name.</param>
/// <param name="Title">What a good remote does.</param>
/// <param name="Cure">What to do about one that does not.</param>
/// <param name="Variants">The changes, each with its name for the report.</param>
internal sealed record ToleratedToken(string Id, string Title, string Cure, params (string Note, Func<TokenWish, TokenWish> Change)[] Variants)
{
    /// <summary>Whether only frontends and functions have such tokens.</summary>
    public bool OfInvocationsOnly { get; init; }

    public static ToleratedToken Saying(string id, string title, string cure, params (string Note, JsonObject Claims)[] variants) => new(
        id, title, cure, [.. variants.Select<(string Note, JsonObject Claims), (string, Func<TokenWish, TokenWish>)>(variant => (variant.Note, wish => wish.With(variant.Claims)))]);

    public Check AsCheck(ContractSection? section = null) => new(Id, Groups.GoodTokens, Title, section ?? ContractSection.Tokens, Cure, PlayAsync);

    private async Task<Finding> PlayAsync(Stage stage, CancellationToken ct)
    {
        var doors = (OfInvocationsOnly ? stage.OpenInvocations : stage.Open).Where(door => door.Kind is not DoorKind.PreUninstall).ToList();
        if (doors.Count == 0)
            return Finding.Skipped(OfInvocationsOnly ? Skips.NoInvocation : Skips.NoDoor);
        var complaints = new Complaints();
        foreach (var (note, change) in Variants)
            foreach (var door in doors)
                complaints.Add(door.Name, Complaint(stage.Known(door)!, await stage.CallAsync(door.Fresh() with { Token = change(door.Token) }, ct)), note);
        return complaints.ToFinding();
    }

    // It may refuse for a reason of the app's own, but not break, and not take the token for a bad one.
    private static string? Complaint(RemoteAnswer before, RemoteAnswer answer) => answer switch
    {
        { Failure: not null } => answer.Failure,
        { IsUnauthorized: true } => "answered 401",
        { Status: >= 500 } when before.Status < 500 => $"answered {answer.Status}, and {before.Status} before",
        { Status: 400 or 431 } when before.IsSuccess => $"answered {answer.Status}, and {before.Status} before",
        _ => null,
    };
}
