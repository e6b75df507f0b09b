using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.SingleNode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>What is wrong with the configuration stops the start with a sentence that names the key.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("Forge:Apps:0:Id", "", "Forge:Apps:0:Id")]
    [InlineData("Forge:Apps:0:Id", "8db33809-1f32-48bb-8c52-5877dab48107", "Forge:Apps:0:Id")]
    [InlineData("Forge:Apps:0:Id", "ari:cloud:ecosystem::app/x", "Forge:Apps:0:Id")]
    [InlineData("Forge:Apps:0:Id", "ari:cloud:ecosystem::installation/8db33809-1f32-48bb-8c52-5877dab48107", "Forge:Apps:0:Id")]
    [InlineData("Forge:Apps:1:Id", Fit.AppId, "configured twice")]
    [InlineData("Forge:Apps:1:Id", "ari:cloud:ecosystem::app/8DB33809-1F32-48BB-8C52-5877DAB48107", "configured twice")]
    [InlineData("Forge:Apps:1:JwksUrl", "https://example.com/x", "Forge:Apps:1:Id")]
    [InlineData("Forge:Apps:0:JwksUrl", "http://example.com/jwks.json", "Forge:Apps:0:JwksUrl")]
    [InlineData("Forge:Apps:0:JwksUrl", "jwks.json", "Forge:Apps:0:JwksUrl")]
    [InlineData("Forge:Apps:0:JwksUrl", "file:///jwks.json", "Forge:Apps:0:JwksUrl")]
    [InlineData("Forge:Apps:0:JwksUrl", "", "Forge:Apps:0:JwksUrl")]
    [InlineData("Forge:Apps:0:Staging:JwksUrl", "http://example.com", "Forge:Apps:0:Staging:JwksUrl")]
    [InlineData("Forge:Apps:0:IsolatedCloud:JwksUrlTemplate", "https://example.com/jwks.json", "{icLabel}")]
    [InlineData("Forge:Apps:0:IsolatedCloud:JwksUrlTemplate", "http://{icLabel}.example.com/jwks.json", "JwksUrlTemplate")]
    [InlineData("Forge:Apps:0:IsolatedCloud:StorageUrlTemplate", "https://example.com", "StorageUrlTemplate")]
    [InlineData("Forge:ProductApi:AllowedOrigins:0", "http://example.com", "Forge:ProductApi:AllowedOrigins")]
    [InlineData("Forge:ProductApi:AllowedOrigins:0", "*", "Forge:ProductApi:AllowedOrigins")]
    [InlineData("Forge:ProductApi:GatewayUrl", "http://example.com", "Forge:ProductApi:GatewayUrl")]
    [InlineData("Forge:ProductApi:Timeout", "00:00:00", "Forge:ProductApi:Timeout")]
    [InlineData("Forge:ProductApi:Timeout", "soon", "Timeout")]
    [InlineData("Forge:Lifecycle:RetentionDays", "-1", "Forge:Lifecycle:RetentionDays")]
    [InlineData("Forge:Lifecycle:RetentionDays", "NaN", "Forge:Lifecycle:RetentionDays")]
    [InlineData("Forge:Lifecycle:RetentionDays", "a month", "RetentionDays")]
    [InlineData("Forge:Lifecycle:InstallGrace", "-00:00:01", "Forge:Lifecycle:InstallGrace")]
    [InlineData("Forge:Lifecycle:InstallGrace", "2.00:00:00", "Forge:Lifecycle:InstallGrace")]
    [InlineData("Forge:Lifecycle:InferUninstallAfter", "00:00:00", "Forge:Lifecycle:InferUninstallAfter")]
    [InlineData("Forge:Lifecycle:AdoptOnReinstall", "perhaps", "AdoptOnReinstall")]
    [InlineData("Forge:Cors:AllowedOrigins:0", "*", "Forge:Cors:AllowedOrigins")]
    [InlineData("Forge:Cors:AllowedOrigins:0", "https://example.com/", "Forge:Cors:AllowedOrigins")]
    [InlineData("Forge:Cors:AllowedOrigins:0", "https://example.com/path", "Forge:Cors:AllowedOrigins")]
    [InlineData("Forge:Cors:AllowedOrigins:0", "https://a.*.com", "Forge:Cors:AllowedOrigins")]
    public async Task A_value_that_cannot_be_meant_is_named(string key, string value, string says)
    {
        var failure = await Should.ThrowAsync<ForgeConfigurationException>(async () =>
            await (await Remote.StartAsync(new RemoteSetup { Settings = new() { [key] = value } })).DisposeAsync());
        failure.Message.ShouldContain(says);
        failure.ToString().ShouldStartWith("ForgeOrleans cannot start: ");
        failure.ToString().ShouldNotContain(" at ForgeOrleans.");
    }

    [Fact]
    public async Task Without_any_app_it_says_what_to_set() =>
        (await FailsAsync(builder => builder.AddForgeRemote().UseSingleNode(), app => app.MapForgeRemote())).ShouldContain("Forge__Apps__0__Id");

    [Fact]
    public async Task Without_a_host_for_the_actors_it_says_what_to_write() =>
        (await FailsAsync(builder => builder.AddForgeRemote(), app => app.MapForgeRemote())).ShouldContain("UseSingleNode()");

    [Fact]
    public async Task Without_its_pipeline_it_says_what_to_write() =>
        (await FailsAsync(builder => builder.AddForgeRemote().UseSingleNode(), _ => { })).ShouldContain("app.MapForgeRemote()");

    private static async Task<string> FailsAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        var folder = Directory.CreateTempSubdirectory("forge-api-tests-");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder.FullName });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        configure(builder);
        await using var app = builder.Build();
        map(app);
        var failure = await Should.ThrowAsync<ForgeConfigurationException>(() => app.StartAsync());
        // Nothing was opened for a program that is not configured.
        Directory.EnumerateFileSystemEntries(folder.FullName).ShouldBeEmpty();
        folder.Delete(true);
        return failure.Message;
    }
}
