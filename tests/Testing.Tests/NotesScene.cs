using System.Text.Json;
using ForgeOrleans.Testing.Tests.Notes;

namespace ForgeOrleans.Testing.Tests;

/// <summary>A platform with the notes app hosted.</summary>
internal sealed class NotesScene : IAsyncDisposable
{
    private NotesScene(ForgePlatform platform, NotesApp app, HostedRemote remote) => (Platform, App, Remote) = (platform, app, remote);

    public ForgePlatform Platform { get; }

    public NotesApp App { get; }

    public HostedRemote Remote { get; }

    public ForgeSite Acme => Platform.Site("acme");

    public ForgeUser Ada => Acme.User("Ada");

    public static async Task<NotesScene> StartAsync(ForgePlatformOptions? options = null, RemoteHostOptions? hosting = null)
    {
        var platform = await ForgePlatform.StartAsync(NotesApp.Manifest, options);
        var app = new NotesApp();
        return new(platform, app, await app.HostAsync(platform, hosting));
    }

    /// <summary>The keys of a site's notes.</summary>
    public async Task<IReadOnlyList<string>> NotesAsync(ForgeSite? site = null) =>
        [.. (await (site ?? Acme).Users[0].InvokeAsync("GET", "/notes")).Json.GetProperty("documents").EnumerateArray().Select(note => note.GetProperty("key").GetString()!)];

    public ValueTask DisposeAsync() => Platform.DisposeAsync();
}
