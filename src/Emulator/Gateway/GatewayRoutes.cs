using ForgeOrleans.Emulator.Faults;
using Microsoft.AspNetCore.Http.Metadata;

namespace ForgeOrleans.Emulator.Gateway;

/// <summary>What is at <c>https://api.atlassian.com</c> itself: GraphQL, and the details of installations.</summary>
internal static class GatewayRoutes
{
    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        var gateway = routes.MapGroup("")
            .ExcludeFromDescription()
            .WithMetadata(new LargestRequest(), new FaultyProduct(Fault.Gateway))
            .AddEndpointFilter<GatewayGate>()
            .AddEndpointFilter<FaultGate>();
        gateway.MapGraphQl();
        gateway.MapInstallations();
    }

    private sealed class LargestRequest : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 64 * 1024;
    }
}
