using ForgeOrleans.Hosting;

namespace ForgeOrleans.ProductApis.Limits;

/// <summary>
/// The actor that shares an app's points of an hour (contract section 6) among its sites. Its key is the app's uuid. A site's <see cref="ICallGate"/> leases
/// points of it for a few seconds, and gives back what it did not use.
/// </summary>
public interface ICallPool
{
    /// <summary>Leases points.</summary>
    /// <param name="request">How many, and what is given back.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <remarks>Asked twice, it leases twice: one lease ends unused.</remarks>
    [Idempotent]
    Task<PointsAnswer> LeaseAsync(PointsRequest request, CancellationToken cancellationToken = default);

    /// <summary>Tells where the app's points stand, for operators.</summary>
    /// <param name="query">Nothing to say yet.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    [Idempotent]
    Task<GateView> DescribeAsync(GateQuery query, CancellationToken cancellationToken = default);
}

/// <summary>Asks for points, or brings them back.</summary>
/// <param name="Product">The product that counts them.</param>
/// <param name="Wanted">How many; 0 when there is only something to tell.</param>
/// <param name="Returned">How many of the last lease were not used.</param>
public sealed record PointsRequest(string Product, double Wanted, double Returned = 0)
{
    /// <summary>What an answer has said of the app's points.</summary>
    public QuotaReading? Reading { get; init; }

    /// <summary>A limit is near: background calls stop.</summary>
    public bool IsNearLimit { get; init; }

    /// <summary>A call was refused for want of points.</summary>
    public CallRefusal? Refusal { get; init; }
}

/// <summary>What a site's gate may spend.</summary>
/// <param name="Granted">So many points, for the time of a lease.</param>
/// <param name="Size">How many there are in the hour.</param>
/// <param name="ClosedFor">How long none are to be had; zero when there are.</param>
/// <param name="ClosedToBackgroundFor">How long there are none for background calls.</param>
/// <param name="Reason">Why, in the product's word, where it gave one.</param>
public sealed record PointsAnswer(double Granted, double? Size, TimeSpan ClosedFor, TimeSpan ClosedToBackgroundFor, string? Reason = null)
{
    /// <summary>How long a lease lasts, counted from before it was asked for.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
}
