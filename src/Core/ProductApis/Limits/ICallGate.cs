using ForgeOrleans.Hosting;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// The actor that holds the product calls of one installation inside the products' limits (contract section 6). Its key is the installation's uuid. It
/// decides and never waits: it grants a permit, or says when to ask again.
/// </summary>
public interface ICallGate
{
    /// <summary>Asks for a permit for one call.</summary>
    /// <param name="request">Which call, and what the answers to others have said meanwhile.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <remarks>Asked twice, it grants two: one of them is lost, which is harmless.</remarks>
    [Idempotent]
    Task<PermitAnswer> AskAsync(PermitRequest request, CancellationToken cancellationToken = default);

    /// <summary>Tells at once what cannot wait for the next request: a product refused a call, or a permit is not needed any more.</summary>
    /// <param name="news">What has happened.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task TellAsync(CallNews news, CancellationToken cancellationToken = default);

    /// <summary>Tells where the limits stand, for operators.</summary>
    /// <param name="query">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<GateView> DescribeAsync(GateQuery query, CancellationToken cancellationToken = default);

    /// <summary>Erases what is kept.</summary>
    /// <param name="query">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task EraseAsync(GateQuery query, CancellationToken cancellationToken = default);
}

/// <summary>Asks for a permit.</summary>
/// <param name="AppId">The app's uuid, of whose points the call takes.</param>
/// <param name="Call">Which call.</param>
/// <param name="IsBackground">Nobody waits for it: it leaves room to those that somebody waits for.</param>
/// <param name="MostWait">How long the caller can wait; longer, and it is refused.</param>
public sealed record PermitRequest(string AppId, LimitedCall Call, bool IsBackground, TimeSpan MostWait)
{
    /// <summary>The place in a line that the last answer gave.</summary>
    public PermitPlace? Place { get; init; }

    /// <summary>The call was made before and failed.</summary>
    public bool IsRetry { get; init; }

    /// <summary>What answers have said since the last request.</summary>
    public CallNews? News { get; init; }
}

/// <summary>A call as limits see it.</summary>
/// <param name="Product">The product, such as <c>jira</c>.</param>
/// <param name="Method">The call's method.</param>
/// <param name="Endpoint">The method and the path without its ids.</param>
/// <param name="Issue">The issue that it writes to, if it does.</param>
/// <param name="MostObjects">How many objects it asks for at the most, where its address says so.</param>
public sealed record LimitedCall(string Product, string Method, string Endpoint, string? Issue = null, int? MostObjects = null);

/// <summary>A place in the line of those who wait for a limit.</summary>
/// <param name="At">Which limit.</param>
/// <param name="Number">Places are numbered by arrival.</param>
public sealed record PermitPlace(LimitName At, long Number);

/// <summary>What has happened with permits.</summary>
/// <param name="AppId">The app's uuid.</param>
/// <param name="Readings">What answers have said.</param>
/// <param name="Returned">A call that had a permit, or a place, and is not made.</param>
public sealed record CallNews(string AppId, IReadOnlyList<CallReading> Readings, PermitReturn? Returned = null);

/// <summary>Gives a permit or a place back.</summary>
/// <param name="Call">The call that is not made.</param>
/// <param name="IsBackground">Whether nobody would have waited for it.</param>
/// <param name="Place">The place; null when it was a permit.</param>
public sealed record PermitReturn(LimitedCall Call, bool IsBackground, PermitPlace? Place);

/// <summary>What the gate has decided.</summary>
public enum PermitVerdict
{
    /// <summary>The call may be made, after a short wait where the answer says so.</summary>
    Granted,

    /// <summary>Ask again after the wait.</summary>
    AskAgain,

    /// <summary>The call cannot be made in the time that there is.</summary>
    Refused,
}

/// <summary>What becomes of a request for a permit.</summary>
/// <param name="Verdict">The decision.</param>
/// <param name="After">How long to wait before calling, asking again, or trying anew.</param>
/// <param name="Place">The place in a line, to ask again with.</param>
/// <param name="Limit">Which limit holds the call up.</param>
/// <param name="Reason">Why, in the product's word, where it gave one.</param>
public sealed record PermitAnswer(PermitVerdict Verdict, TimeSpan After = default, PermitPlace? Place = null, LimitName? Limit = null, string? Reason = null)
{
    /// <summary>A call may be made at once.</summary>
    public static PermitAnswer AtOnce { get; } = new(PermitVerdict.Granted);
}

/// <summary>Asks a gate where its limits stand.</summary>
public sealed record GateQuery
{
    /// <summary>The only one there is.</summary>
    public static GateQuery Instance { get; } = new();
}

/// <summary>Where a site's limits stand.</summary>
/// <param name="Limits">Those that were used lately.</param>
public sealed record GateView(IReadOnlyList<LimitView> Limits);

/// <summary>Where a limit stands.</summary>
/// <param name="Name">Which limit.</param>
/// <param name="Size">How many calls or points it lets through in its time; null when it is not known.</param>
/// <param name="Left">How many are left at present; null when they are not counted.</param>
/// <param name="BlockedUntil">Until when the product has forbidden it.</param>
/// <param name="Reason">Why, in the product's word.</param>
/// <param name="IsOnlyForBackground">Only background calls are held up.</param>
/// <param name="Waiting">How many wait for it.</param>
/// <param name="Calls">Calls that it let through.</param>
/// <param name="Waits">Calls that had to wait for it.</param>
/// <param name="Retries">Calls among them that had been made before.</param>
/// <param name="Refusals">Calls that could not be made in time because of it.</param>
public sealed record LimitView(
    LimitName Name, double? Size, double? Left, DateTimeOffset? BlockedUntil, string? Reason, bool IsOnlyForBackground, int Waiting, long Calls, long Waits, long Retries, long Refusals);
