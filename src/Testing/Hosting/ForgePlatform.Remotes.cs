using System.Collections.Concurrent;
using ForgeOrleans.Emulator;
using ForgeOrleans.Testing.Hosting;
using ForgeOrleans.Testing.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Testing;

/// <content>Where the app's remotes are.</content>
public sealed partial class ForgePlatform
{
    private readonly ConcurrentDictionary<string, HostedRemote> _hosted = new();
    private readonly ConcurrentDictionary<string, OperatorApi> _operators = new();
    private readonly string _adminKey = RemoteSettings.NewAdminKey();

    /// <summary>
    /// The settings that a remote must have to trust this platform, as .NET's configuration names them. One on a port that is no ForgeOrleans app needs
    /// the same under its own names: the app's id, the address of the keys, and the origin that stands for <c>https://api.atlassian.com</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Configuration =>
        RemoteSettings.Of(Emulator, _adminKey).ToDictionary(setting => setting.Key, setting => setting.Value!);

    /// <summary><see cref="Configuration"/> as environment variables, <c>Forge__Apps__0__Id</c> and so on, for a process that a test starts.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentVariables =>
        Configuration.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);

    /// <summary>Starts the app's own program in this process, configured for this platform.</summary>
    /// <typeparam name="TEntryPoint">The program, or, where its name is ambiguous, any public type of its assembly.</typeparam>
    /// <param name="configure">What to change of the host, such as services in place of the app's own.</param>
    /// <exception cref="ForgeTestException">The manifest has several remotes, or this one runs already.</exception>
    public HostedRemote Host<TEntryPoint>(Action<IWebHostBuilder> configure) where TEntryPoint : class =>
        Host<TEntryPoint>(new RemoteHostOptions { Configure = configure });

    /// <summary>Starts the app's own program in this process, configured for this platform.</summary>
    /// <typeparam name="TEntryPoint">The program, or, where its name is ambiguous, any public type of its assembly.</typeparam>
    /// <param name="options">How; null for the usual.</param>
    /// <exception cref="ForgeTestException">The manifest has several remotes, or this one runs already.</exception>
    public HostedRemote Host<TEntryPoint>(RemoteHostOptions? options = null) where TEntryPoint : class
    {
        options ??= new();
        var key = Free(options.Remote);
        var factory = new RemoteFactory<TEntryPoint>(SettingsOf(key, options), _options.Clock, options.Configure);
        try
        {
            if (options.OnPort)
                factory.UseKestrel(0);
            factory.StartServer();
            var services = factory.Services;
            return options.OnPort
                ? OnPort(key, AddressOf(services), services, factory.DisposeAsync)
                : InProcess(key, factory.Server, services, factory.DisposeAsync);
        }
        catch
        {
            factory.Dispose();
            throw;
        }
    }

    /// <summary>Starts a remote that the test itself puts together, without a program.</summary>
    /// <param name="configure">Adds what it needs: <c>builder.AddForgeRemote().UseSingleNode()</c>.</param>
    /// <param name="map">Maps what it serves: <c>app.MapForgeRemote()</c> and the handlers.</param>
    /// <param name="options">How; null for the usual.</param>
    /// <exception cref="ForgeTestException">The manifest has several remotes, or this one runs already.</exception>
    public async Task<HostedRemote> HostAsync(
        Action<WebApplicationBuilder> configure, Action<WebApplication> map, RemoteHostOptions? options = null)
    {
        options ??= new();
        var key = Free(options.Remote);
        var settings = SettingsOf(key, options);
        // As with programs that are hosted, unless the test says otherwise.
        var environment = settings.GetValueOrDefault(WebHostDefaults.EnvironmentKey) ?? Environments.Development;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = DataPathOf(key), EnvironmentName = environment });
        // In this order what the test says goes first.
        RemoteFactory<ForgePlatform>.Configure(builder.WebHost, settings, _options.Clock, null);
        if (options.OnPort)
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        else
            builder.WebHost.UseTestServer();
        configure(builder);
        options.Configure?.Invoke(builder.WebHost);
        var app = builder.Build();
        try
        {
            map(app);
            await app.StartAsync();
            return options.OnPort
                ? OnPort(key, AddressOf(app.Services), app.Services, StopAsync)
                : InProcess(key, app.GetTestServer(), app.Services, StopAsync);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        async ValueTask StopAsync()
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    /// <summary>Says where a remote is that runs elsewhere, in any language: a process that the test started with <see cref="EnvironmentVariables"/>, or one that runs already.</summary>
    /// <param name="url">Its base URL.</param>
    /// <param name="remote">Which of the manifest's remotes it is, by its key; needed where there are several.</param>
    /// <exception cref="ForgeTestException">The URL is none of http or https, or the manifest has several remotes.</exception>
    public void UseRemote(Uri url, string? remote = null)
    {
        if (url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            throw new ForgeTestException($"\"{url}\" is not the URL of a remote: say, for instance, new Uri(\"http://127.0.0.1:5001\").");
        var key = Free(remote);
        Emulator.MoveRemote(key, url);
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = url };
        Operate(key, new(http, _adminKey));
    }

    /// <summary>The operator's side of the remote that keeps a site's work.</summary>
    internal OperatorApi OperatorOf(string? remote)
    {
        var key = Named(remote);
        return _operators.TryGetValue(key, out var found) ? found : throw new ForgeTestException(NoRemote(key));
    }

    /// <summary>Refuses a call that could go nowhere.</summary>
    internal void RequireRemote()
    {
        if (_operators.IsEmpty)
            throw new ForgeTestException(NoRemote(Manifest.Remotes is [var first, ..] ? first.Key : "none"));
    }

    private static string NoRemote(string key) =>
        $"Nobody has said where the remote \"{key}\" is: host it with platform.Host<Program>(), or call platform.UseRemote(url) for one on a port.";

    private HostedRemote InProcess(string key, TestServer server, IServiceProvider services, Func<ValueTask> end)
    {
        // The first one has the name that test servers have always had.
        var address = new Uri(_hosted.IsEmpty ? "http://localhost/" : $"http://remote-{_hosted.Count + 1}.localhost/");
        _switch.Host(address, server.CreateHandler());
        var http = new HttpClient(server.CreateHandler()) { BaseAddress = address };
        return Hosted(key, new(key, address, services, http, async () =>
        {
            _switch.Remove(address);
            await EndAsync(key, end);
        }));
    }

    private HostedRemote OnPort(string key, Uri address, IServiceProvider services, Func<ValueTask> end)
    {
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = address };
        return Hosted(key, new(key, address, services, http, () => EndAsync(key, end)));
    }

    private HostedRemote Hosted(string key, HostedRemote remote)
    {
        _hosted[key] = remote;
        Emulator.MoveRemote(key, remote.Url);
        Operate(key, new(remote.Http, _adminKey));
        return remote;
    }

    private async ValueTask EndAsync(string key, Func<ValueTask> end)
    {
        Emulator.MoveRemote(key, RemoteSwitch.Nowhere);
        _hosted.TryRemove(key, out _);
        if (_operators.TryRemove(key, out var operatorApi))
            operatorApi.Dispose();
        await end();
    }

    private void Operate(string key, OperatorApi api)
    {
        if (_operators.TryGetValue(key, out var former))
            former.Dispose();
        _operators[key] = api;
    }

    private Dictionary<string, string?> SettingsOf(string key, RemoteHostOptions options) =>
        RemoteSettings.OfHosted(Emulator, _adminKey, key, DataPathOf(key), _manifestPath, options);

    // By the remote and not by its process: whoever hosts it again finds its data.
    private string DataPathOf(string key) => _folder.CreateSubdirectory($"remote-{Manifest.Remotes.ToList().FindIndex(remote => remote.Key == key)}").FullName;

    private string Free(string? remote) => Named(remote) is var key && _hosted.ContainsKey(key)
        ? throw new ForgeTestException($"The remote \"{key}\" is hosted already: dispose that one first, or name another remote of the manifest.")
        : key;

    private string Named(string? remote)
    {
        var keys = Manifest.Remotes.Select(known => known.Key).ToList();
        return remote is null
            ? keys is [var only] ? only : throw new ForgeTestException(keys.Count == 0
                ? "The manifest has no remotes: there is nothing to host."
                : $"The manifest has several remotes: say which of them, {string.Join(" or ", keys)}.")
            : keys.Contains(remote) ? remote
            : throw new ForgeTestException($"The manifest has no remote \"{remote}\". Its remotes: {string.Join(", ", keys)}.");
    }

    private static Uri AddressOf(IServiceProvider services) =>
        new(services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
}
