using ForgeOrleans.Browser.Tests.Scenes;

namespace ForgeOrleans.Browser.Tests;

/// <summary>A test in a browser: skipped on a machine that has no Chromium.</summary>
internal class BrowserFactAttribute : FactAttribute
{
    // What hangs in a browser is to fail, not to keep others waiting.
    private const int LongestTest = 180_000;

    public BrowserFactAttribute()
    {
        Skip = Chromium.Path is null ? "There is no chromium on this machine." : null;
        Timeout = LongestTest;
    }
}

/// <summary>A test in a browser with packages from npm: skipped where either is missing.</summary>
internal sealed class NpmBrowserFactAttribute : BrowserFactAttribute
{
    public NpmBrowserFactAttribute() => Skip ??= UiProject.Missing is { } program ? $"There is no {program} on this machine." : null;
}

/// <summary>A test with packages from npm: skipped on a machine that has no node or no npm.</summary>
internal sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute() => Skip = UiProject.Missing is { } program ? $"There is no {program} on this machine." : null;
}
