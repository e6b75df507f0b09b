using System.Diagnostics.Metrics;
using ForgeOrleans.ProductApis.Limits;

namespace ForgeOrleans.ProductApis;

/// <summary>
/// What an operator's metrics show of product calls: the meter <c>ForgeOrleans.ProductApis</c>. Sites are too many to be told apart here; the admin API tells of each.
/// </summary>
public sealed class ProductMeters
{
    private readonly Counter<long> _calls;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _blocks;
    private readonly Histogram<double> _waits;

    /// <summary>Makes the instruments.</summary>
    /// <param name="factory">The application's meters.</param>
    public ProductMeters(IMeterFactory factory)
    {
        var meter = factory.Create("ForgeOrleans.ProductApis");
        _calls = meter.CreateCounter<long>("forge.product.calls", description: "Calls that were answered, by product, endpoint and status.");
        _retries = meter.CreateCounter<long>("forge.product.retries", description: "Calls that were made again, by product and endpoint.");
        _refusals = meter.CreateCounter<long>("forge.product.refusals", description: "Calls that were not made because no permit came in time, by product, endpoint and limit.");
        _blocks = meter.CreateCounter<long>("forge.product.blocks", description: "Calls that a product answered 429, by product, endpoint and the reason that it gave.");
        _waits = meter.CreateHistogram<double>("forge.product.wait", "s", "How long calls waited for a permit, by product, endpoint and limit.");
    }

    internal void Answered(LimitedCall call, int status, bool isRetry)
    {
        _calls.Add(1, Product(call), Endpoint(call), KeyValuePair.Create("status", (object?)status));
        if (isRetry)
            _retries.Add(1, Product(call), Endpoint(call));
    }

    internal void Refused(LimitedCall call, LimitName? limit) => _refusals.Add(1, Product(call), Endpoint(call), Limit(limit));

    internal void Blocked(CallReading reading) => _blocks.Add(
        1, new("product", reading.Product), new("endpoint", reading.Endpoint), new KeyValuePair<string, object?>("reason", reading.Refusal?.Reason ?? "none"));

    internal void Waited(LimitedCall call, LimitName? limit, TimeSpan time) => _waits.Record(time.TotalSeconds, Product(call), Endpoint(call), Limit(limit));

    private static KeyValuePair<string, object?> Product(LimitedCall call) => new("product", call.Product);

    private static KeyValuePair<string, object?> Endpoint(LimitedCall call) => new("endpoint", call.Endpoint);

    private static KeyValuePair<string, object?> Limit(LimitName? limit) => new("limit", limit?.Scope.ToString());
}
