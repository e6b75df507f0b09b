namespace ForgeOrleans.ProductApis;

/// <summary>A product answered something that is no page, or pages that would never end. Unless the handler catches it, the caller is answered 502 <c>bad_gateway</c>.</summary>
/// <param name="message">What is wrong with it.</param>
/// <param name="innerException">What led to it.</param>
public sealed class ProductPagingException(string message, Exception? innerException = null) : ForgeException(ForgeErrorCode.BadGateway, message, innerException);
