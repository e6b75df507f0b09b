namespace ForgeOrleans.Api.Endpoints;

/// <summary>Says what calls an endpoint, as metadata of it.</summary>
/// <param name="Kind">What calls it.</param>
/// <param name="Path">The path that it was mapped with.</param>
internal sealed record ForgeEndpointMetadata(EndpointKind Kind, string Path);

/// <summary>Marks an endpoint whose responses need not be JSON.</summary>
internal sealed record RawResponseMetadata
{
    public static RawResponseMetadata Instance { get; } = new();
}

/// <summary>Marks an endpoint of the remote itself, such as its health, which is no handler of the app.</summary>
internal sealed record OperatorEndpointMetadata
{
    public static OperatorEndpointMetadata Instance { get; } = new();
}
