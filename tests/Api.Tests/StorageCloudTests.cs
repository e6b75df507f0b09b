using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Storage;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;

namespace ForgeOrleans.Api.Tests;

/// <summary>A site in an Isolated Cloud has its Forge storage there, and its token goes nowhere else.</summary>
public sealed class StorageCloudTests
{
    private const string Label = "acme-cloud";

    [Fact]
    public async Task A_call_for_a_site_in_an_Isolated_Cloud_goes_to_its_storage()
    {
        await using var storage = await StubServer.StartAsync();
        storage.Text = """{"key":"foo","value":"bar"}""";
        await using var scene = await StorageScene.StartAsync(Settings(storage, allowed: true));
        await scene.RunAsync(async s => (await s.GetAsync<string>("foo")).ShouldBe("bar"), InCloud);
        var sent = storage.Requests.ShouldHaveSingleItem();
        sent.Target.ShouldBe($"/{Label}/kvs/v1/get");
        scene.Remote.Product.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task So_does_one_of_work_for_that_site()
    {
        await using var storage = await StubServer.StartAsync();
        storage.Text = """{"key":"foo","value":"bar"}""";
        var read = new TaskCompletionSource<string?>();
        await using var remote = await Deliveries.StartAsync(
            app => app.MapForgeEvent("/events", "*", async (ProductEvent _, ForgeStorage s) => read.TrySetResult(await s.GetAsync<string>("foo"))),
            settings: Settings(storage, allowed: true));
        await remote.AcceptedAsync("/events", Deliveries.Event(), InCloud, StorageScene.SystemToken);
        (await read.Task.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe("bar");
        storage.Requests.ShouldHaveSingleItem().Target.ShouldBe($"/{Label}/kvs/v1/get");
        remote.Product.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_sent_where_the_clouds_storage_is_not_allowed_or_not_known()
    {
        await using var storage = await StubServer.StartAsync();
        await using var notAllowed = await StorageScene.StartAsync(Settings(storage, allowed: false));
        (await Should.ThrowAsync<ProductCallException>(() => notAllowed.RunAsync(s => s.GetAsync<string>("foo"), InCloud)))
            .Message.ShouldContain("Forge:ProductApi:AllowedOrigins");

        var settings = Settings(storage, allowed: true);
        settings.Remove("Forge:Apps:0:IsolatedCloud:StorageUrlTemplate");
        await using var notKnown = await StorageScene.StartAsync(settings);
        (await Should.ThrowAsync<ProductCallException>(() => notKnown.RunAsync(s => s.GetAsync<string>("foo"), InCloud)))
            .Message.ShouldContain("StorageUrlTemplate");
        storage.Requests.ShouldBeEmpty();
        notAllowed.Remote.Product.Requests.ShouldBeEmpty();
        notKnown.Remote.Product.Requests.ShouldBeEmpty();
    }

    private static void InCloud(Fit fit) => fit.Claims["icLabel"] = Label;

    private static Dictionary<string, string?> Settings(StubServer storage, bool allowed)
    {
        var origin = storage.Url.GetLeftPart(UriPartial.Authority);
        var settings = new Dictionary<string, string?>
        {
            ["Forge:Apps:0:IsolatedCloud:JwksUrlTemplate"] = "{keys}/clouds/{icLabel}/jwks.json",
            ["Forge:Apps:0:IsolatedCloud:StorageUrlTemplate"] = $"{origin}/{{icLabel}}/kvs",
        };
        if (allowed)
            settings["Forge:ProductApi:AllowedOrigins:1"] = origin;
        return settings;
    }
}
