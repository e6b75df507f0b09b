using ForgeOrleans.Hosting;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// The actor that decides which process asks the platform for the access token of a user who is not in session (contract section 5), and remembers
/// what came of it. Its key is the installation's uuid.
/// </summary>
/// <remarks>
/// It asks nobody outside and never waits: it grants one process the right to ask, and that one reports what it was told. All is in memory, since a token is
/// a secret and can be had again; an actor that was idle for long has forgotten all.
/// </remarks>
public interface IOfflineUsers
{
    /// <summary>Answers a user's token or what is known instead, or grants the right to ask the platform for one, or says when to come again.</summary>
    /// <param name="request">Whose token. Who asks a second time under the same name is granted what they were granted.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<OfflineTokenAnswer> AskAsync(OfflineTokenRequest request, CancellationToken cancellationToken = default);

    /// <summary>Takes in what the platform has answered. From one who no longer has the right to ask nothing is taken but that all must wait.</summary>
    /// <param name="report">What it has answered.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task ReportAsync(OfflineTokenReport report, CancellationToken cancellationToken = default);

    /// <summary>Forgets every token and every right to ask for one: the installation was erased.</summary>
    /// <param name="erasure">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task EraseAsync(OfflineTokenErasure erasure, CancellationToken cancellationToken = default);
}

/// <summary>A user of a site, in one of its products: a token is for both.</summary>
/// <param name="Context">The ARI of the context, such as <c>ari:cloud:jira::site/{cloudId}</c>.</param>
/// <param name="AccountId">The user's account id.</param>
public sealed record OfflineUser(string Context, string AccountId);

/// <summary>Asks for a user's token.</summary>
/// <param name="User">The user.</param>
/// <param name="AppId">The app's uuid: all its sites share what may be asked in a minute.</param>
/// <param name="Asker">A name for this request that nobody else has.</param>
/// <param name="Refused">A token that a product no longer takes: another one is wanted.</param>
public sealed record OfflineTokenRequest(OfflineUser User, string AppId, string Asker, AccessToken? Refused = null);

/// <summary>What a site's actor has decided.</summary>
public enum OfflineTokenDecision
{
    /// <summary>The outcome is known.</summary>
    Known,

    /// <summary>Whoever asked is to ask the platform, and to report.</summary>
    Fetch,

    /// <summary>Another is asking the platform.</summary>
    Busy,

    /// <summary>The app has asked as often as it may.</summary>
    OverBudget,
}

/// <summary>A decision. Times are spans, since the clocks of two processes differ.</summary>
/// <param name="Decision">What was decided.</param>
/// <param name="Time">To fetch: how soon the platform must have been asked, counted from before this request. To come again: when. Else nothing.</param>
/// <param name="Outcome">What is known.</param>
public sealed record OfflineTokenAnswer(OfflineTokenDecision Decision, TimeSpan Time, OfflineTokenOutcome? Outcome = null);

/// <summary>A token, or why there is none.</summary>
/// <param name="Token">The token.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Lasts">How long this is to be remembered.</param>
public sealed record OfflineTokenOutcome(AccessToken? Token, OfflineTokenFailure? Failure, TimeSpan Lasts);

/// <summary>Why there is no token.</summary>
/// <param name="Message">A sentence for whoever called.</param>
/// <param name="IsPermanent">The platform has refused: to ask again is no use until somebody changes something.</param>
/// <param name="PlatformMessage">What the platform said, if it said something.</param>
public sealed record OfflineTokenFailure(string Message, bool IsPermanent, string? PlatformMessage = null);

/// <summary>Reports what came of asking the platform.</summary>
/// <param name="User">The user.</param>
/// <param name="AppId">The app's uuid.</param>
/// <param name="Asker">The name under which the right to ask was granted.</param>
/// <param name="Outcome">What the platform has answered; null when it was not asked, or did not say.</param>
/// <param name="Block">How long nobody of the app is to ask again, at most an hour.</param>
public sealed record OfflineTokenReport(OfflineUser User, string AppId, string Asker, OfflineTokenOutcome? Outcome, TimeSpan? Block = null);

/// <summary>The installation was erased.</summary>
public sealed record OfflineTokenErasure
{
    /// <summary>The only one there is.</summary>
    public static OfflineTokenErasure Instance { get; } = new();
}
