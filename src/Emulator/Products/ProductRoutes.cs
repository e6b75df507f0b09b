using ForgeOrleans.Emulator.Faults;
using ForgeOrleans.Emulator.Limits;
using Microsoft.AspNetCore.Http.Metadata;

namespace ForgeOrleans.Emulator.Products;

/// <summary>Stand-ins for the product APIs, below the <c>apiBaseUrl</c> of each product and site.</summary>
internal static class ProductRoutes
{
    public const string Base = "/ex/{product}/{cloudId}";

    /// <summary>The template of what there is no stand-in for.</summary>
    public const string Anything = "/{**path}";

    public static void MapProducts(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup(Base)
            .ExcludeFromDescription()
            .WithMetadata(new LargestRequest())
            .AddEndpointFilter<ProductGate>()
            .AddEndpointFilter<FaultGate>()
            .AddEndpointFilter<LimitGate>();
        products.MapConfluence();
        products.MapConfluencePages();
        products.MapJira();
        products.MapIssues();
        products.MapProjects();
        products.Map(Anything, Unknown);
    }

    private static IResult Unknown(string product, string? path, HttpContext http)
    {
        const int NotFound = StatusCodes.Status404NotFound;
        var message = $"The emulator has no stand-in for {http.Request.Method} /{path} of {product}.";
        return Results.Json(new { code = NotFound, message }, statusCode: NotFound);
    }

    private sealed class LargestRequest : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 1024 * 1024;
    }
}
