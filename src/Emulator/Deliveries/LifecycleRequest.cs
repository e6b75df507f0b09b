using System.Text.Json.Nodes;
using ForgeOrleans.Emulator.Sites;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>How the life goes on; everything is optional.</summary>
internal sealed record LifecycleRequest : DeliveryWishes
{
    private static readonly int[] StatusesOfNoApp = [401, 403, 404, 410];

    /// <summary>Who installs or upgrades.</summary>
    public string? User { get; init; }

    /// <summary>A merge patch over the event's body.</summary>
    public JsonObject? Payload { get; init; }

    /// <summary>The version that the site is upgraded to; null for the next major one.</summary>
    public string? AppVersion { get; init; }

    /// <summary>Whether the hooks are asked: they are not for every uninstall.</summary>
    public bool PreUninstall { get; init; } = true;

    /// <summary>What product APIs answer after an uninstall.</summary>
    public int ProductStatus { get; init; } = StatusCodes.Status403Forbidden;

    /// <summary>Seconds after an installation in which product APIs answer 403 still.</summary>
    public double ProductDelay { get; init; }

    /// <summary>The products that the app is installed in; null leaves those that it was installed in before.</summary>
    public IReadOnlyList<string>? Products { get; init; }

    public override void Check()
    {
        const double Day = 24 * 60 * 60;
        base.Check();
        Refuse(!StatusesOfNoApp.Contains(ProductStatus), $"productStatus is one of {string.Join(", ", StatusesOfNoApp)}.");
        Refuse(
            Products is { } products && (products.Count is 0 || products.Intersect(Site.AllProducts).Count() < products.Count),
            $"products are some of {string.Join(", ", Site.AllProducts)}.");
        Refuse(ProductDelay is not (>= 0 and <= Day), $"productDelay is from 0 to {Day} seconds.");
    }
}
