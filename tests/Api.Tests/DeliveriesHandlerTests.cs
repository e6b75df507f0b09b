using System.Diagnostics;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Documents;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ForgeOrleans.Api.Tests;

/// <summary>What a handler of work may take and return, and what is around it when it runs: no web request, the site's own handles, the delivery's trace.</summary>
public sealed class DeliveriesHandlerTests
{
    private const string Trace = "463ac35c9f6413ad48485a3953bb6124";

    [Fact]
    public async Task It_takes_its_run_its_payload_services_and_a_token()
    {
        var said = new Said<string>();
        await using var remote = await Deliveries.StartAsync(
            app => app.MapForgeEvent("/events", "*", async (
                ProductEvent e,
                WorkRun run,
                IssueEvent payload,
                Greeting greeting,
                [FromKeyedServices("loud")] Greeting loud,
                SiteState state,
                SiteWork work,
                ForgeInvocation invocation,
                ConfluenceApi confluence,
                IServiceProvider services,
                CancellationToken token,
                IComparable? nobody = null,
                [FromKeyedServices("none")] Greeting? none = null) =>
            {
                await state.Collection<IssueEvent>("seen").PutAsync(e.ItemId, payload);
                said.Say(string.Join(
                    ' ', ReferenceEquals(e, run), payload.Issue.Id, greeting.Word, loud.Word, invocation.Installation.InstallationId == Fit.Site, invocation.Principal is null,
                    invocation.Context?.CloudId == Fit.Cloud, services.GetRequiredService<HandlerScope>().InstallationId == Fit.Site, token.CanBeCanceled, nobody is null, none is null, work is not null,
                    confluence is not null));
            }),
            configure: builder => builder.Services.AddSingleton(new Greeting("hello")).AddKeyedSingleton("loud", new Greeting("HELLO")));
        await remote.AcceptedAsync("/events", Deliveries.Event());
        (await said.NextAsync()).ShouldBe("True 10001 hello HELLO True True True True True True True True True");
    }

    [Fact]
    public async Task What_nothing_provides_is_said_when_it_is_mapped()
    {
        await FailsAsync((IGreeter greeter) => greeter.ToString(), "Nothing provides the parameter 'greeter' of the type ForgeOrleans.Api.Tests.DeliveriesHandlerTests+IGreeter");
        await FailsAsync((HttpContext context) => context.ToString(), "Nothing provides the parameter 'context'");
        await FailsAsync((HttpRequest request) => request.ToString(), "Nothing provides the parameter 'request'");
        await FailsAsync((int number) => number, "Nothing provides the parameter 'number'");
        await FailsAsync(([FromKeyedServices("loud")] Greeting greeting) => greeting.Word, "no service of the type ForgeOrleans.Api.Tests.DeliveriesHandlerTests+Greeting with the key 'loud'");
        await FailsAsync((Greeting greeting, IssueEvent payload) => payload.ToString(), "'greeting' and 'payload' would both be the payload");
        await FailsAsync((TriggerRun run) => run.Key, "The parameter 'run' is a TriggerRun; the run of a handler of the kind 'event' is a ProductEvent");
#pragma warning disable VSTHRD101, CA2007 // What is refused here.
        await FailsAsync((Action)(async () => await Task.Yield()), "async void");
#pragma warning restore VSTHRD101, CA2007
    }

    public static TheoryData<string, Delegate> Kinds() => new()
    {
        { "void", (Said<string> said) => said.Say("ran") },
        { "value", (Said<string> said) => { said.Say("ran"); return 7; } },
        { "null", string? (Said<string> said) => { said.Say("ran"); return null; } },
        { "Task", async (Said<string> said) => { await Task.Delay(1); said.Say("ran"); } },
        { "Task of", async (Said<string> said) => { await Task.Delay(1); said.Say("ran"); return 7; } },
        { "ValueTask", async ValueTask (Said<string> said) => { await Task.Delay(1); said.Say("ran"); } },
        { "ValueTask of", async ValueTask<int> (Said<string> said) => { await Task.Delay(1); said.Say("ran"); return 7; } },
        { "ValueTask of, at once", ValueTask<int> (Said<string> said) => { said.Say("ran"); return new(7); } },
        { "IResult", (Said<string> said) => { said.Say("ran"); return Results.Unauthorized(); } },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public async Task It_may_return_whatever_it_likes(string kind, Delegate handler)
    {
        var said = new Said<string>();
        await using var remote = await Deliveries.StartAsync(
            app => app.MapForgeEvent("/events", "*", handler), configure: builder => builder.Services.AddSingleton(said));
        await remote.AcceptedAsync("/events", Deliveries.Event());
        (await said.NextAsync()).ShouldBe("ran", kind);
        await remote.IdleAsync();
        (await remote.QueueAsync()).DeadLetters.ShouldBe(0);
        said.All.Count.ShouldBe(1);
    }

    public static TheoryData<string, Delegate> Failures() => new()
    {
        { "sync", void (Said<int> said, ProductEvent e) => { said.Say(e.Attempt); throw new InvalidOperationException("not today"); } },
        { "Task", async Task (Said<int> said, ProductEvent e) => { await Task.Delay(1); said.Say(e.Attempt); throw new InvalidOperationException("not today"); } },
        { "ValueTask", async ValueTask (Said<int> said, ProductEvent e) => { await Task.Delay(1); said.Say(e.Attempt); throw new InvalidOperationException("not today"); } },
        { "ValueTask of", async ValueTask<int> (Said<int> said, ProductEvent e) => { await Task.Delay(1); said.Say(e.Attempt); throw new InvalidOperationException("not today"); } },
        { "cancelled", async Task (Said<int> said, ProductEvent e) => { await Task.Delay(1); said.Say(e.Attempt); throw new OperationCanceledException("not today"); } },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task One_that_throws_is_tried_again_and_then_parked_with_what_it_said(string kind, Delegate handler)
    {
        var said = new Said<int>();
        await using var remote = await Deliveries.StartAsync(
            app => app.MapForgeEvent("/events", "*", handler),
            configure: builder => builder.Services.AddSingleton(said),
            settings: new() { ["Forge:Work:Attempts"] = "3" });
        var accepted = await remote.AcceptedAsync("/events", Deliveries.Event());
        await remote.PassUntilAsync(TimeSpan.FromSeconds(5), async () => await remote.QueueAsync() is { Waiting: 0, Running: 0 });
        said.All.ShouldBe([1, 2, 3], ignoreOrder: false, kind);
        var dead = (await remote.Queue().ListDeadLettersAsync(new())).DeadLetters.ShouldHaveSingleItem();
        (dead.Item.ItemId, dead.Attempts).ShouldBe((accepted.ItemId, 3));
        dead.Error.ShouldNotBeNull().ShouldContain("not today");
    }

    [Fact]
    public async Task A_payload_that_is_another_is_parked_at_once()
    {
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", (IssueEvent payload) => payload.Issue.Id));
        await remote.AcceptedAsync("/events", """{"eventType":"t","issue":"none"}""");
        await remote.IdleAsync();
        (await remote.Queue().ListDeadLettersAsync(new())).DeadLetters.ShouldHaveSingleItem().Error.ShouldNotBeNull().ShouldContain("IssueEvent");
    }

    [Fact]
    public async Task It_has_no_request_and_sees_none_of_another()
    {
        var said = new Said<(bool HasContext, string? Ambient)>();
        await using var remote = await Deliveries.StartAsync(
            app =>
            {
                app.Use((context, next) =>
                {
                    Ambient.Value = "of a request";
                    return next(context);
                });
                app.MapForgeEvent("/events", "*", async (IHttpContextAccessor accessor) =>
                {
                    var before = (accessor.HttpContext is not null, Ambient.Value);
                    await Task.Yield();
                    said.Say((before.Item1 || accessor.HttpContext is not null, before.Value ?? Ambient.Value));
                });
            },
            configure: builder => builder.Services.AddHttpContextAccessor());
        // Over and over: an activation that was made, or a timer that was set, by a request must not hand that on either.
        foreach (var i in Enumerable.Range(0, 20))
        {
            await remote.AcceptedAsync("/events", Deliveries.Event(issue: i));
            (await said.NextAsync()).ShouldBe((false, null));
        }
    }

    [Fact]
    public async Task Its_activity_its_log_and_its_product_calls_belong_to_the_deliverys_trace()
    {
        var said = new Said<string>();
        await using var remote = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", async (ConfluenceApi confluence, ILogger<DeliveriesHandlerTests> logger) =>
        {
            logger.LogInformation("handled");
            using var _ = await confluence.AsApp().GetAsync("/wiki");
            said.Say(Activity.Current!.TraceId.ToHexString());
        }));
        foreach (var (i, trace) in new[] { Trace, Trace.Replace('4', '5') }.Index())
        {
            using var request = remote.Request("POST", "/events", remote.DeliveryToken(fit => fit.AtBase(remote.ProductBase)));
            request.Headers.Add("x-b3-traceid", trace);
            request.Headers.Add("x-b3-spanid", "a2fb4a1d1a96d312");
            request.Headers.Add("x-forge-oauth-system", $"{Remote.AccessTokenMark}-1");
            request.Content = new StringContent(Deliveries.Event(issue: i));
            using var response = await remote.Http.SendAsync(request);
            await response.AcceptedAsync();
            (await said.NextAsync()).ShouldBe(trace);
        }
        remote.Product.Requests.Select(call => call.Header("x-b3-traceid")).ShouldBe([Trace, Trace.Replace('4', '5')]);
        var line = remote.Logs.Lines.First(line => line.Text.StartsWith("handled", StringComparison.Ordinal));
        line.Scopes.ShouldContain($"TraceId={Trace}");
        line.Scopes.ShouldNotContain("RequestPath");
    }

    [Fact]
    public async Task It_calls_products_with_the_token_that_an_earlier_invocation_brought()
    {
        var said = new Said<int>();
        await using var remote = await Deliveries.StartAsync(Calling(said));
        void AtProduct(Fit fit) => fit.AtBase(remote.ProductBase);
        await remote.AcceptedAsync("/events", Deliveries.Event(), AtProduct, system: $"{Remote.AccessTokenMark}-first");
        (await said.NextAsync()).ShouldBe(200);
        await remote.AcceptedAsync("/events", Deliveries.Event(issue: 2), AtProduct);
        (await said.NextAsync()).ShouldBe(200);
        remote.Product.Requests.Select(call => call.Header("authorization")).ShouldBe([$"Bearer {Remote.AccessTokenMark}-first", $"Bearer {Remote.AccessTokenMark}-first"]);
    }

    [Fact]
    public async Task Without_a_token_it_waits_and_goes_on_when_one_has_come()
    {
        var (said, tries) = (new Said<int>(), 0);
        await using var remote = await Deliveries.StartAsync(Calling(said, () => Interlocked.Increment(ref tries)));
        void AtProduct(Fit fit) => fit.AtBase(remote.ProductBase);
        await remote.AcceptedAsync("/events", Deliveries.Event(), AtProduct);
        for (var i = 1; i <= 20; i++)
        {
            await remote.PassUntilAsync(
                TimeSpan.FromSeconds(10), async () => Volatile.Read(ref tries) == i && await remote.QueueAsync() is { WaitingForToken: true, Running: 0 });
            remote.Clock.Advance(TimeSpan.FromMinutes(4));
        }
        (await remote.QueueAsync()).ShouldSatisfyAllConditions(queue => queue.Waiting.ShouldBe(1), queue => queue.DeadLetters.ShouldBe(0));
        remote.Product.Requests.ShouldBeEmpty();

        using (var response = await remote.SendAsync("GET", "/hello", remote.Token(AtProduct), system: $"{Remote.AccessTokenMark}-late"))
            ((int)response.StatusCode).ShouldBe(200);
        await remote.PassUntilAsync(TimeSpan.FromSeconds(10), () => Task.FromResult(!said.All.IsEmpty));
        said.All.ShouldBe([200]);
        remote.Product.Requests.ShouldHaveSingleItem().Header("authorization").ShouldBe($"Bearer {Remote.AccessTokenMark}-late");
        await remote.IdleAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_runs_when_the_process_stops_is_run_again_after_its_start_though_a_callback_of_its_handler_fails(bool callbackFails)
    {
        using var data = new DataFolder();
        var first = new Said<(string ItemId, int Attempt)>();
        await using (var remote = await Deliveries.StartAsync(
            app => app.MapForgeEvent("/events", "*", async (ProductEvent e, CancellationToken token) =>
            {
                using var _ = callbackFails ? token.Register(() => throw new InvalidOperationException("A callback must not do this.")) : default;
                first.Say((e.ItemId, e.Attempt));
                await Task.Delay(Timeout.Infinite, token);
            }), data: data.Path))
        {
            await remote.AcceptedAsync("/events", Deliveries.Event());
            await first.NextAsync();
            await remote.StopAsync();
            remote.Logs.Text.Contains("registered with its CancellationToken failed", StringComparison.Ordinal).ShouldBe(callbackFails);
        }
        var second = new Said<(string ItemId, int Attempt)>();
        await using var next = await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", (ProductEvent e) => second.Say((e.ItemId, e.Attempt))), data: data.Path);
        // It was handed on, which is no failed attempt.
        (await next.Clock.AdvanceUntilAsync(second.NextAsync(), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2))).ShouldBe(first.All.Single());
    }

    private static readonly AsyncLocal<string?> Ambient = new();

    private static Action<WebApplication> Calling(Said<int> said, Action? begins = null) => app =>
    {
        app.MapForgeInvocation("GET", "/hello", () => "hello");
        app.MapForgeEvent("/events", "*", async (ConfluenceApi confluence) =>
        {
            begins?.Invoke();
            using var response = await confluence.AsApp().GetAsync("/wiki");
            said.Say((int)response.StatusCode);
        });
    };

    private static async Task FailsAsync(Delegate handler, string says) =>
        (await Should.ThrowAsync<ArgumentException>(async () => await (await Deliveries.StartAsync(app => app.MapForgeEvent("/events", "*", handler))).DisposeAsync()))
            .Message.ShouldContain(says);

    private interface IGreeter;

    internal sealed record Greeting(string Word);

    internal sealed record IssueEvent(IssueEvent.Subject Issue)
    {
        internal sealed record Subject(string Id);
    }
}
