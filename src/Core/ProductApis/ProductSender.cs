using ForgeOrleans.ProductApis.Limits;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.ProductApis;

/// <summary>What the calls of all sites of this process have in common.</summary>
/// <param name="transport">Sends.</param>
/// <param name="permits">Keeps calls within limits.</param>
/// <param name="retries">Makes calls again.</param>
/// <param name="circuits">Know which products are down.</param>
/// <param name="watch">Sees how products answer.</param>
/// <param name="meters">Count calls.</param>
/// <param name="options">How long a call may take.</param>
/// <param name="limits">What is assumed of limits.</param>
/// <param name="clock">Tells how long to wait.</param>
public sealed class ProductSender(
    ProductTransport transport,
    CallPermits permits,
    ProductRetries retries,
    Circuits circuits,
    ProductWatch watch,
    ProductMeters meters,
    IOptions<ProductApiOptions> options,
    IOptions<CallLimitOptions> limits,
    TimeProvider clock)
{
    internal ProductTransport Transport => transport;

    internal CallPermits Permits => permits;

    internal ProductRetries Retries => retries;

    internal Circuits Circuits => circuits;

    internal ProductWatch Watch => watch;

    internal ProductMeters Meters => meters;

    internal CallLimitOptions Limits => limits.Value;

    internal TimeSpan Timeout => options.Value.Timeout;

    internal TimeSpan LongestWaitAtWork => limits.Value.LongestWaitAtWork;

    internal TimeProvider Clock => clock;
}
