using System.Runtime.ExceptionServices;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>A remote whose handler does with Forge storage what a test says, as if it were written there.</summary>
internal sealed class StorageScene : IAsyncDisposable
{
    public const string SystemToken = $"{Remote.AccessTokenMark}-system";

    private Func<ForgeStorage, Task> _act = _ => Task.CompletedTask;

    private StorageScene()
    {
    }

    public Remote Remote { get; private set; } = null!;

    /// <summary>What was sent to the stub that stands where the platform would.</summary>
    public StubRequest Sent => Remote.Product.Requests.Last();

    /// <summary>Whether each request that was sent may be made twice.</summary>
    public List<bool> Repeatable { get; } = [];

    public static async Task<StorageScene> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var scene = new StorageScene();
        scene.Remote = await Remote.StartAsync(new()
        {
            Settings = settings ?? [],
            Map = app => app.MapForgeInvocation("POST", "/act", async (ForgeStorage storage) =>
            {
                await scene._act(storage);
                return "done";
            }),
            Configure = builder => builder.Services.AddSingleton(new ProductTransport(new Recorder(scene))),
        });
        return scene;
    }

    /// <summary>Lets the stub answer so.</summary>
    public void Answers(int status, string? json = null, string? retryAfter = null) => Remote.Product.Answer = async context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        context.Response.Headers["x-trace-id"] = "trace-1";
        if (json is not null)
            await context.Response.WriteAsync(json);
    };

    /// <summary>Runs a handler, and throws what it throws.</summary>
    public async Task RunAsync(Func<ForgeStorage, Task> act, Action<Fit>? change = null, string? system = SystemToken)
    {
        Exception? thrown = null;
        _act = async storage => thrown = await Record.ExceptionAsync(() => act(storage));
        var acting = Remote.SendAsync("POST", "/act", Remote.Token(change), system: system);
        // What fails is tried again after a while.
        while (await Task.WhenAny(acting, Task.Delay(20)) != acting)
            if (Remote.Clock.NextTimers(TimeSpan.Zero, TimeSpan.FromSeconds(9)))
                Remote.Clock.Advance(TimeSpan.FromSeconds(0.25));
        using var response = await acting;
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        if (thrown is not null)
            ExceptionDispatchInfo.Throw(thrown);
    }

    /// <summary>What the caller is answered when a handler lets an exception through.</summary>
    public async Task<HttpResponseMessage> AnswerAsync(Func<ForgeStorage, Task> act)
    {
        _act = act;
        return await Remote.SendAsync("POST", "/act", system: SystemToken);
    }

    public ValueTask DisposeAsync() => Remote.DisposeAsync();

    private sealed class Recorder(StorageScene scene) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            scene.Repeatable.Add(request.Options.TryGetValue(ProductCall.Idempotent, out var isRepeatable) && isRepeatable);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
