using System.Reflection;
using ForgeOrleans.Browser.Tests.Scenes;
using ForgeOrleans.Conformance;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ForgeOrleans.Browser.Tests;

/// <summary>The pictures of the console in the documentation: what they show is there, and they can be taken again.</summary>
[Collection(BrowserCollection.Name)]
public class ConsolePictureTests(Chromium chromium)
{
    /// <summary>With this variable set to anything the pictures in <c>docs</c> are taken anew.</summary>
    private const string Take = "FORGE_ORLEANS_PICTURES";

    private const int LargestPicture = 300 * 1024;

    [BrowserFact]
    public async Task The_pictures_of_the_documentation_are_of_a_lively_feed()
    {
        var clock = new FakeClock();
        await using var scene = await ConsoleScene.StartAsync(
            chromium,
            context: new() { ViewportSize = new() { Width = 1440, Height = 900 }, ColorScheme = ColorScheme.Dark, TimezoneId = "UTC" },
            adjust: options => options with { Clock = clock });
        await new LivelyMorning(scene, clock).PassAsync();
        await scene.Page.Clock.SetFixedTimeAsync(clock.GetUtcNow().UtcDateTime);
        await scene.Page.ReloadAsync();

        await Expect(scene.Row("GET/reports/weekly").First).ToBeVisibleAsync();
        foreach (var kind in (string[])["event", "trigger", "lifecycle", "web trigger", "invoke"])
        {
            await scene.Page.GetByRole(AriaRole.Searchbox).FillAsync(kind.Replace(" ", ""));
            await BrowserScene.SeesAsync(scene.Row(kind));
        }

        await scene.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await scene.Row("/reports/weekly").First.ClickAsync();
        await Expect(scene.Details.GetByRole(AriaRole.Tabpanel)).ToContainTextAsync("NullReferenceException");
        await Expect(scene.Details).ToContainTextAsync("answer errors as application/json");
        await scene.Feed.HoverAsync(new() { Position = new() { X = 5, Y = 5 } });
        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await scene.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            // The drawing of the last minutes follows a moment later.
            await scene.Page.WaitForTimeoutAsync(300);
            var picture = await scene.Page.ScreenshotAsync();
            if (Environment.GetEnvironmentVariable(Take) is { Length: > 0 })
            {
                picture.Length.ShouldBeLessThan(LargestPicture);
                await File.WriteAllBytesAsync(Path.Combine(Documentation, $"console-{scheme.ToString().ToLowerInvariant()}.png"), picture);
            }
        }
    }

    private static string Documentation =>
        typeof(ConsolePictureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Documentation").Value!;
}
