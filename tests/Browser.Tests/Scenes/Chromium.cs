using Microsoft.Playwright;

namespace ForgeOrleans.Browser.Tests.Scenes;

/// <summary>This machine's Chromium, started once for all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where it is; null if there is none.</summary>
    public static string? Path { get; } = Names.Select(Programs.PathOf).FirstOrDefault(path => path is not null);

    public IBrowser Browser => _browser ?? throw new InvalidOperationException("There is no Chromium on this machine.");

    public async Task InitializeAsync()
    {
        if (Path is null)
        {
            return;
        }

        // A busy machine is no reason to fail: what is so is seen at once all the same.
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            // The sandbox of Chromium does not work for root, nor where a container forbids it.
            Args = Environment.UserName is "root" ? ["--no-sandbox"] : [],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

/// <summary>The tests that share the browser. They come one after the other: two cores are soon busy.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "browser";
}
