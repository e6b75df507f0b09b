namespace ForgeOrleans.Emulator.Products;

/// <summary>Stand-ins for the product APIs, below the <c>apiBaseUrl</c> of each product and site.</summary>
internal static class ProductRoutes
{
    public static void MapProducts(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/ex/{product}/{cloudId}").AddEndpointFilter<ProductGate>();
        products.MapConfluence();
        products.MapJira();
        products.Map("{**path}", Unknown);
    }

    private static IResult Unknown(string product, string? path, HttpContext http)
    {
        const int NotFound = StatusCodes.Status404NotFound;
        var message = $"The emulator has no stand-in for {http.Request.Method} /{path} of {product}.";
        return Results.Json(new { code = NotFound, message }, statusCode: NotFound);
    }
}
