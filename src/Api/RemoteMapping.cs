using Microsoft.AspNetCore.Routing;

namespace ForgeOrleans.Api;

/// <summary>Where <c>MapForgeRemote()</c> was called: without it tokens are verified, but the contract is not kept.</summary>
internal sealed class RemoteMapping
{
    /// <summary>The application's routes, or null when it was not called.</summary>
    public IEndpointRouteBuilder? Routes { get; set; }
}
