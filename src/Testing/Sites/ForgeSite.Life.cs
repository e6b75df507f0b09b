namespace ForgeOrleans.Testing;

/// <content>The app's life on the site.</content>
public sealed partial class ForgeSite
{
    /// <summary>Installs the app. The sites have it from the start: there the remote is only told of it (<c>avi:forge:installed:app</c>).</summary>
    /// <param name="options">How the event is delivered.</param>
    /// <param name="ct">Ends the wait for the event's outcome.</param>
    /// <exception cref="DeliveryFailedException">The remote refused the event in all attempts.</exception>
    public Task<IReadOnlyList<Delivery>> InstallAsync(DeliveryOptions? options = null, CancellationToken ct = default) =>
        LiveAsync("install", options, null, null, ct);

    /// <summary>Installs the app once more, as after a site import: a new installation, for which the remote begins with nothing.</summary>
    /// <param name="productDelay">How long product APIs answer 403 still, by the clock.</param>
    /// <param name="options">How the event is delivered.</param>
    /// <param name="ct">Ends the wait for the event's outcome.</param>
    /// <exception cref="DeliveryFailedException">The remote refused the event in all attempts.</exception>
    public Task<IReadOnlyList<Delivery>> ReinstallAsync(TimeSpan productDelay = default, DeliveryOptions? options = null, CancellationToken ct = default) =>
        LiveAsync("reinstall", options, productDelay, null, ct);

    /// <summary>Upgrades the app: tokens of the site name the new version from now on.</summary>
    /// <param name="appVersion">The version; null for the next major one.</param>
    /// <param name="options">How the event is delivered.</param>
    /// <param name="ct">Ends the wait for the event's outcome.</param>
    /// <exception cref="DeliveryFailedException">The remote refused the event in all attempts.</exception>
    public Task<IReadOnlyList<Delivery>> UpgradeAsync(string? appVersion = null, DeliveryOptions? options = null, CancellationToken ct = default) =>
        LiveAsync("upgrade", options, null, appVersion, ct);

    /// <summary>Uninstalls the app: asks the pre-uninstall hooks, once, and then takes it away, whatever they answer.</summary>
    /// <param name="productStatus">What product APIs answer from then on: 401, 403, 404 or 410.</param>
    /// <param name="askHooks">Whether the hooks are asked; they are not for every uninstall.</param>
    /// <param name="ct">Ends the wait for the hooks.</param>
    /// <returns>The hooks' deliveries, whether they succeeded or not.</returns>
    public async Task<IReadOnlyList<Delivery>> UninstallAsync(int productStatus = 403, bool askHooks = true, CancellationToken ct = default)
    {
        Platform.RequireRemote();
        return (await Platform.Api.PostAsync<Begun>($"/sites/{Id}/uninstall", new { ProductStatus = productStatus, PreUninstall = askHooks }, ct)).Deliveries;
    }

    /// <summary>Says what tokens of the site have as <c>app.license</c> (contract, section 3).</summary>
    /// <param name="license">What becomes JSON: <c>new { active = true, type = "commercial" }</c>; null for none.</param>
    /// <param name="ct">Ends the call.</param>
    public Task SetLicenseAsync(object? license, CancellationToken ct = default) => Platform.Api.SendJsonAsync($"/sites/{Id}/license", license, ct);

    private async Task<IReadOnlyList<Delivery>> LiveAsync(
        string step, DeliveryOptions? options, TimeSpan? productDelay, string? appVersion, CancellationToken ct)
    {
        Platform.RequireRemote();
        options ??= new();
        var begun = await Platform.Api.PostAsync<Begun>($"/sites/{Id}/{step}", new
        {
            options.Duplicate,
            Delay = options.Delay.TotalSeconds,
            options.Retries,
            Fit = options.Token?.OnTheWire(options.TokenAttempts),
            ProductDelay = productDelay?.TotalSeconds ?? 0,
            AppVersion = appVersion,
        }, ct);
        return await Platform.Deliveries.ConcludeAsync(begun.Deliveries, options, ct);
    }
}
