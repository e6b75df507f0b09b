using System.Collections.Frozen;
using ForgeOrleans.Invocations;
using ForgeOrleans.Manifest;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>
/// Tells what the platform calls by itself, such as a delivery, from what a frontend calls: that can send whatever it likes to whichever path, with a good token
/// (contract section 1).
/// </summary>
internal sealed class PlatformCalls
{
    private volatile FrozenSet<string> _userInterfaces = [];

    public void Read(AppManifest manifest) => _userInterfaces = manifest.UiModules.Select(module => module.Key).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Refuses what a frontend calls.</summary>
    /// <param name="invocation">The verified invocation.</param>
    /// <exception cref="ForgeException">A user is in session, or the token is that of a module with a user interface, which an anonymous visitor has too.</exception>
    public void Demand(ForgeInvocation invocation)
    {
        if (invocation.Principal is not null)
            throw new ForgeException(ForgeErrorCode.Forbidden, "Only the platform calls this path, by itself and not on behalf of a user.");
        if (invocation.Module?.Key is { } key && _userInterfaces.Contains(key))
            throw new ForgeException(ForgeErrorCode.Forbidden, "Only the platform calls this path, and not from a module with a user interface.");
    }
}
