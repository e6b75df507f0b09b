using ForgeOrleans.Emulator;
using ForgeOrleans.Emulator.Sites;
using ForgeOrleans.Emulator.Tests;
using ForgeOrleans.Manifest;
using Microsoft.Playwright;

namespace ForgeOrleans.Browser.Tests.Scenes;

/// <summary>An emulator, a remote, and a page of a browser whose reader has not been here before.</summary>
/// <remarks>Dispose of it in the test: whatever the page's console has said that is an error fails the test, unless it was expected.</remarks>
internal sealed class BrowserScene : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<string> _errors = [];
    private IBrowserContext? _context;

    private BrowserScene()
    {
    }

    public EmulatorHost Emulator { get; private set; } = null!;

    /// <summary>The sample, in a scene that was started with it.</summary>
    public TaskBoardProcess TaskBoard { get; private set; } = null!;

    /// <summary>A remote that answers as the test wants, in a scene that was started with it.</summary>
    public StubRemote Stub { get; private set; } = null!;

    public IPage Page { get; private set; } = null!;

    public Site Acme => Emulator.Platform.Sites[0];

    public Site Globex => Emulator.Platform.Sites[1];

    public User Ada => Acme.Users[0];

    public User Ben => Acme.Users[1];

    public User Chiara => Globex.Users[0];

    /// <summary>The app, in its frame.</summary>
    public IFrameLocator App => Page.FrameLocator("#app");

    /// <summary>The frame itself, to run scripts in.</summary>
    public IFrame Frame => Page.Frame("app")!;

    /// <summary>What the consoles of the page and its frames have called an error.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>A scene with the TaskBoard sample.</summary>
    public static async Task<BrowserScene> WithTaskBoardAsync(
        Chromium chromium, BrowserNewContextOptions? context = null, Func<EmulatorOptions, EmulatorOptions>? adjust = null)
    {
        var scene = new BrowserScene();
        scene.TaskBoard = scene.Part(new TaskBoardProcess());
        var manifest = AppManifest.Load(Path.Combine(TaskBoardProcess.Folder, "manifest.yml"));
        await scene.StartAsync(chromium, manifest, scene.TaskBoard.Url, context, adjust);
        await scene.TaskBoard.StartAsync(scene.Emulator.Url, manifest.AppId);
        return scene;
    }

    /// <summary>A scene with an app of the test's own, and a remote that answers as the test wants.</summary>
    public static async Task<BrowserScene> WithStubAsync(
        Chromium chromium, AppManifest manifest, BrowserNewContextOptions? context = null, Func<EmulatorOptions, EmulatorOptions>? adjust = null)
    {
        var scene = new BrowserScene();
        scene.Stub = scene.Part(await StubRemote.StartAsync());
        await scene.StartAsync(chromium, manifest, scene.Stub.Url, context, adjust);
        return scene;
    }

    /// <summary>Opens an app as a user of a site.</summary>
    public async Task OpenAppAsync(Site site, User user, string module) =>
        await Page.GotoAsync($"/apps/{site.Id}/{module}?user={Uri.EscapeDataString(user.AccountId)}");

    /// <summary>Waits until something is to be seen.</summary>
    public static Task SeesAsync(ILocator what) => Assertions.Expect(what.First).ToBeVisibleAsync();

    /// <summary>Waits until something is not to be seen any more.</summary>
    public static Task SeesNotAsync(ILocator what) => Assertions.Expect(what).ToHaveCountAsync(0);

    /// <summary>Makes a part of the scene's end its own end.</summary>
    public T Part<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
        {
            await _context.DisposeAsync();
        }

        for (var index = _parts.Count - 1; index >= 0; index--)
        {
            await _parts[index].DisposeAsync();
        }
    }

    private async Task StartAsync(
        Chromium chromium, AppManifest manifest, Uri remote, BrowserNewContextOptions? context, Func<EmulatorOptions, EmulatorOptions>? adjust)
    {
        var options = new EmulatorOptions { Manifest = manifest, Remote = remote };
        Emulator = Part(await EmulatorHost.StartAsync(adjust?.Invoke(options) ?? options));
        _context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions(context ?? new()) { BaseURL = Emulator.Url.ToString() });
        Page = await _context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            if (message.Type is "error")
            {
                _errors.Add(message.Text);
            }
        };
        Page.PageError += (_, error) => _errors.Add(error);
    }
}
