using ForgeOrleans.Api.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Api.Admin;

/// <summary>Opens the admin API's own listener beside those of the program, if it is to have one.</summary>
/// <remarks>
/// Addresses are added once the server knows the program's own, and before it opens them: a pipeline is built in between. Where <c>Kestrel:Endpoints</c> or
/// the program's code says what is listened at, addresses count for nothing: then it must be named there, and the start fails if it was not.
/// </remarks>
internal sealed class AdminListener(IServer server, IOptions<ForgeOptions> options, IConfiguration configuration) : IStartupFilter, IHostedLifecycleService
{
    // What ASP.NET Core listens at when it is not told.
    private const string DefaultUrl = "http://localhost:5000";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        if (options.Value.Admin is { Port: { } port, Url: { } url }
            && server.Features.Get<IServerAddressesFeature>()?.Addresses is { IsReadOnly: false } addresses
            && !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
        {
            if (addresses.FirstOrDefault(address => BindingAddress.Parse(address).Port == port) is { } same)
                throw new ForgeConfigurationException($"Forge:Admin:Url is '{url}', and the program itself listens at '{same}'. Give the admin API a port of its own.");
            if (addresses.Count == 0)
                addresses.Add(DefaultUrl);
            addresses.Add(url);
        }
        return next;
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Admin is { Port: { } port, Url: { } url }
            && server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses
            && !addresses.Any(address => BindingAddress.Parse(address).Port == port))
            throw new ForgeConfigurationException(
                $"nothing listens at Forge:Admin:Url '{url}', because Kestrel:Endpoints or the program's own code says where to listen. Name it there too, such as Kestrel:Endpoints:Admin:Url={url}.");
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
