using ForgeOrleans.Api.Deliveries;

namespace ForgeOrleans.Api.Endpoints;

/// <summary>Says what calls an endpoint, as metadata of it.</summary>
/// <param name="Kind">What calls it.</param>
/// <param name="Method">The method that it was mapped with.</param>
/// <param name="Path">The path that it was mapped with.</param>
/// <param name="Work">What of its kind it takes; null for an endpoint that has one handler for all.</param>
internal sealed record ForgeEndpointMetadata(EndpointKind Kind, string Method, string Path, DeliveredWork? Work = null);

/// <summary>Marks an endpoint whose responses need not be JSON.</summary>
internal sealed record RawResponseMetadata
{
    public static RawResponseMetadata Instance { get; } = new();
}
