namespace ForgeOrleans.Testing;

/// <summary>The remote did not take what was delivered.</summary>
public sealed class DeliveryFailedException : ForgeTestException
{
    internal DeliveryFailedException(string message, IReadOnlyList<Delivery> deliveries)
        : base(message) => Deliveries = deliveries;

    /// <summary>The deliveries that failed.</summary>
    public IReadOnlyList<Delivery> Deliveries { get; }
}
