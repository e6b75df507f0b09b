namespace ForgeOrleans.ProductApis;

/// <summary>
/// A product call that was not sent, or was not let through, because it would have taken a token where it does not belong. It is a fault
/// in the handler or in what it passed on: the caller is answered 500 without the reason, which is in the log.
/// </summary>
/// <param name="message">What was refused and why.</param>
public sealed class ProductCallException(string message) : InvalidOperationException(message);
