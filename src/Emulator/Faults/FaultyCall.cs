using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tokens;

namespace ForgeOrleans.Emulator.Faults;

/// <summary>A call that something may go wrong with.</summary>
/// <param name="Grant">The site, and as whom.</param>
/// <param name="Product">The product, or <see cref="Fault.Gateway"/>.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the product's base URL.</param>
internal sealed record FaultyCall(AccessGrant Grant, string Product, string Method, string Path)
{
    public Site Site => Grant.Site;
}

/// <summary>What faults call the product of endpoints whose route doesn't name one.</summary>
internal sealed record FaultyProduct(string Name);
