using ForgeOrleans.Hosting;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// The actor that counts how often all sites of an app ask for tokens of users: 1,000 times a minute at the most (contract section 5). Its key is the app's
/// uuid. Sites' actors call it from their turns, and it calls nobody.
/// </summary>
public interface IOfflineTokenBudget
{
    /// <summary>How soon the platform must be asked after something was granted. What was not used by then is used up.</summary>
    static readonly TimeSpan UsedWithin = TimeSpan.FromSeconds(2);

    /// <summary>Grants some requests, or says when there will be some. It is durable when the task completes, so that a restart forgets none.</summary>
    /// <param name="request">How many.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    // Served twice it costs the app a few requests of a minute.
    [Idempotent]
    Task<OfflineBudgetGrant> TakeAsync(OfflineBudgetRequest request, CancellationToken cancellationToken = default);

    /// <summary>Grants nothing for a while, since the platform has asked for it.</summary>
    /// <param name="block">How long.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task BlockAsync(OfflineBudgetBlock block, CancellationToken cancellationToken = default);
}

/// <summary>Asks for requests.</summary>
/// <param name="Most">How many at the most.</param>
public sealed record OfflineBudgetRequest(int Most);

/// <summary>What was granted.</summary>
/// <param name="Count">How many requests; 0 when there are none at present.</param>
/// <param name="AskAgain">When there will be some, if there are none.</param>
public sealed record OfflineBudgetGrant(int Count, TimeSpan AskAgain = default);

/// <summary>Says that the platform has asked the app to wait.</summary>
/// <param name="For">How long, at most an hour.</param>
public sealed record OfflineBudgetBlock(TimeSpan For);
