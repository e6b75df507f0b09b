using System.Globalization;
using ForgeOrleans.Api.Tests.Remotes;
using ForgeOrleans.Hosting;
using ForgeOrleans.ProductApis;
using ForgeOrleans.ProductApis.Limits;
using ForgeOrleans.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ForgeOrleans.Api.Tests;

/// <summary>A product that asks for patience gets it while there is time, and one that does not answer is not waited for.</summary>
public sealed class ProductRetryTests
{
    [Theory]
    [InlineData("GET", 429)]
    [InlineData("POST", 429)]
    [InlineData("GET", 503)]
    [InlineData("PUT", 503)]
    [InlineData("DELETE", 503)]
    public async Task A_product_that_asks_to_come_again_is_called_again(string method, int status)
    {
        await using var remote = await StartAsync();
        Refuse(remote, status, "3", times: 1);
        var calling = CallAsync(remote, method);
        await Eventually.TrueAsync(() => remote.Product.Requests.Count == 1);
        await AdvanceUntilAsync(remote, calling, TimeSpan.FromSeconds(3));
        (await calling).ShouldBe("200");
        remote.Product.Requests.Count.ShouldBe(2);
        remote.Product.Requests.ShouldAllBe(request => request.Method == method && (method == "GET" || request.Body.Contains("payload") || method == "DELETE"));
        remote.Product.Requests.ShouldAllBe(request => request.Header("authorization") != null);
    }

    [Fact]
    public async Task It_is_not_called_before_the_time_it_named()
    {
        await using var remote = await StartAsync();
        Refuse(remote, 429, "10", times: 1);
        var calling = CallAsync(remote, "GET");
        await Eventually.TrueAsync(() => remote.Product.Requests.Count == 1);
        var named = remote.Clock.GetUtcNow().AddSeconds(10);
        await AdvanceUntilAsync(remote, Eventually.TrueAsync(() => remote.Product.Requests.Count == 2), TimeSpan.FromSeconds(10));
        remote.Clock.GetUtcNow().ShouldBeGreaterThanOrEqualTo(named);
        (await calling).ShouldBe("200");
    }

    [Fact]
    public async Task A_date_is_understood_as_well()
    {
        await using var remote = await StartAsync();
        Refuse(remote, 503, remote.Clock.GetUtcNow().AddSeconds(5).ToString("R", CultureInfo.InvariantCulture), times: 1);
        var calling = CallAsync(remote, "GET");
        await AdvanceUntilAsync(remote, calling, TimeSpan.FromSeconds(5));
        (await calling).ShouldBe("200");
    }

    [Theory]
    [InlineData("GET", 429, "23")]
    [InlineData("GET", 429, "3600")]
    [InlineData("GET", 429, "99999999999999")]
    [InlineData("GET", 500, "30")]
    [InlineData("POST", 503, "1")]
    [InlineData("PATCH", 503, "1")]
    [InlineData("POST", 500, null)]
    [InlineData("GET", 404, "1")]
    [InlineData("GET", 501, "soon", 5)]
    [InlineData("DELETE", 500, null, 5)]
    public async Task It_is_called_once_where_there_is_no_time_or_it_could_be_done_twice_and_a_few_times_where_it_fails(string method, int status, string? retryAfter, int times = 1)
    {
        await using var remote = await StartAsync();
        Refuse(remote, status, retryAfter, times: int.MaxValue);
        var calling = CallAsync(remote, method);
        await AdvanceUntilAsync(remote, calling, TimeSpan.Zero);
        (await calling).ShouldBe($"{status}");
        remote.Product.Requests.Count.ShouldBe(times);
    }

    [Theory]
    [InlineData("GET", 429, "-1")]
    [InlineData("POST", 429, "soon")]
    [InlineData("GET", 429, null)]
    [InlineData("PUT", 502, null)]
    [InlineData("MARKED", 502, null)]
    public async Task Where_it_does_not_say_when_it_is_called_again_after_a_while(string method, int status, string? retryAfter)
    {
        await using var remote = await StartAsync();
        Refuse(remote, status, retryAfter, times: 2);
        var calling = CallAsync(remote, method);
        await AdvanceUntilAsync(remote, calling, TimeSpan.FromSeconds(0.2));
        (await calling).ShouldBe("200");
        remote.Product.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Who_cannot_wait_for_it_is_told_when_a_call_can_be_made_and_the_product_is_not_called()
    {
        await using var remote = await StartAsync();
        Refuse(remote, 429, "600", times: int.MaxValue);
        (await CallAsync(remote, "GET")).ShouldBe("429");

        using var response = await SendAsync(remote, "GET");

        var error = await response.ShouldBeErrorAsync(503, "unavailable");
        error.ToString().ShouldContain("requests to confluence, GET /x");
        response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(598, 602);
        remote.Product.Requests.Count.ShouldBe(1);
        (await CallAsync(remote, "PUT")).ShouldBe("429");
    }

    [Theory]
    [InlineData("20", 20)]
    [InlineData("150", 100)]
    public async Task A_limit_that_is_lower_than_usual_is_known_to_the_site_before_it_calls_again(string told, int known)
    {
        await using var remote = await StartAsync();
        remote.Product.Answer = context =>
        {
            context.Response.Headers["X-RateLimit-Limit"] = told;
            return Task.CompletedTask;
        };

        (await CallAsync(remote, "GET")).ShouldBe("200");

        var gate = await remote.Services.GetRequiredService<IActors>().Get<ICallGate>(Fit.Site).DescribeAsync(GateQuery.Instance);
        gate.Limits.Single(limit => limit.Name.Scope == LimitScope.Endpoint).Size.ShouldBe(known);
    }

    [Fact]
    public async Task A_product_that_is_down_is_soon_not_called_any_more_and_then_tried_again()
    {
        await using var remote = await StartAsync();
        Refuse(remote, 503, null, times: int.MaxValue);
        for (var i = 0; i < 9; i++)
            (await CallAsync(remote, "POST")).ShouldBe("503");

        using var response = await SendAsync(remote, "POST");

        await response.ShouldBeErrorAsync(503, "unavailable");
        remote.Product.Requests.Count.ShouldBe(9);
        Refuse(remote, 503, null, times: 0);
        remote.Clock.Advance(TimeSpan.FromSeconds(5));
        (await CallAsync(remote, "POST")).ShouldBe("200");
    }

    [Fact]
    public async Task A_product_that_never_relents_is_not_called_beyond_the_deadline()
    {
        await using var remote = await StartAsync();
        Refuse(remote, 429, "8", times: int.MaxValue);
        var calling = CallAsync(remote, "GET");
        await AdvanceUntilAsync(remote, calling, TimeSpan.FromSeconds(20));
        (await calling).ShouldBe("429");
        remote.Product.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_product_that_does_not_answer_is_502()
    {
        await using var remote = await StartAsync("00:00:00.3");
        var asked = new TaskCompletionSource();
        remote.Product.Answer = context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var call = SendAsync(remote, "GET");
        await asked.Task;
        await AdvanceUntilAsync(remote, call, TimeSpan.FromSeconds(0.3));
        using var response = await call;
        var error = await response.ShouldBeErrorAsync(502, "bad_gateway");
        error.ToString().ShouldNotContain(remote.Product.Url.Host);
    }

    [Fact]
    public async Task A_product_that_is_not_there_is_502()
    {
        await using var remote = await StartAsync();
        await remote.Product.StopAsync();
        var call = SendAsync(remote, "GET");
        await AdvanceUntilAsync(remote, call, TimeSpan.FromSeconds(0.2));
        using var response = await call;
        await response.ShouldBeErrorAsync(502, "bad_gateway");
    }

    [Fact]
    public async Task A_call_ends_with_its_handlers_time()
    {
        await using var remote = await StartAsync();
        var gone = new TaskCompletionSource();
        remote.Product.Answer = async context =>
        {
            using var _ = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        };
        var responding = SendAsync(remote, "GET");
        await Eventually.TrueAsync(() => remote.Product.Requests.Count == 1);
        remote.Clock.Advance(TimeSpan.FromSeconds(24));
        using var response = await responding;
        await response.ShouldBeErrorAsync(504, "deadline_exceeded");
        await gone.Task.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Work_waits_for_a_product_that_never_relents_no_longer_than_for_one_that_asks_for_all_of_it_at_once()
    {
        var answered = new TaskCompletionSource<int>();
        await using var remote = await WorkAsync(async confluence =>
        {
            using var response = await confluence.AsApp().GetAsync("/x");
            answered.TrySetResult((int)response.StatusCode);
        });
        Refuse(remote, 429, "8", times: int.MaxValue);
        await DeliverAsync(remote);
        await PassUntilAsync(remote, answered.Task);
        (await answered.Task).ShouldBe(429);
        remote.Product.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Work_does_not_wait_for_ever_for_the_rest_of_an_answer()
    {
        var ended = new TaskCompletionSource<Exception?>();
        await using var remote = await WorkAsync(async confluence =>
            ended.TrySetResult(await Record.ExceptionAsync(async () => (await confluence.AsApp().GetAsync("/x")).Dispose())));
        remote.Product.Answer = async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await DeliverAsync(remote);
        await PassUntilAsync(remote, ended.Task);
        (await ended.Task).ShouldBeOfType<HttpRequestException>();
    }

    private static Task<Remote> WorkAsync(Func<ConfluenceApi, Task> work) => Deliveries.StartAsync(
        app => app.MapForgeEvent("/events", "*", (ProductEvent _, ConfluenceApi confluence) => work(confluence)),
        settings: new() { ["Forge:ProductApi:Timeout"] = "00:01:00" });

    private static async Task DeliverAsync(Remote remote) =>
        await remote.AcceptedAsync("/events", Deliveries.Event(), fit => fit.AtBase(remote.ProductBase), $"{Remote.AccessTokenMark}-1");

    // Slowly enough for what happens over the network in between.
    private static async Task PassUntilAsync(Remote remote, Task done)
    {
        for (var i = 0; i < 500 && !done.IsCompleted; i++)
        {
            remote.Clock.Advance(TimeSpan.FromSeconds(0.25));
            await Task.WhenAny(done, Task.Delay(20));
        }
        done.IsCompleted.ShouldBeTrue();
    }

    private static void Refuse(Remote remote, int status, string? retryAfter, int times)
    {
        var left = times;
        remote.Product.Answer = context =>
        {
            if (left-- <= 0)
                return Task.CompletedTask;
            context.Response.StatusCode = status;
            if (retryAfter is not null)
                context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        };
    }

    // Step by step, since each wait begins where the last one ended.
    private static async Task AdvanceUntilAsync(Remote remote, Task done, TimeSpan atLeast)
    {
        var start = remote.Clock.GetUtcNow();
        for (var i = 0; i < 400 && !done.IsCompleted; i++)
        {
            if (remote.Clock.NextTimers(TimeSpan.Zero, TimeSpan.FromSeconds(9)))
                remote.Clock.Advance(TimeSpan.FromSeconds(0.25));
            await Task.WhenAny(done, Task.Delay(20));
        }
        done.IsCompleted.ShouldBeTrue();
        (remote.Clock.GetUtcNow() - start).ShouldBeInRange(atLeast - TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(24));
    }

    private static async Task<string> CallAsync(Remote remote, string method)
    {
        using var response = await SendAsync(remote, method);
        return await response.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> SendAsync(Remote remote, string method) =>
        remote.SendAsync("GET", $"/call/{method}", remote.Token(fit => fit.AtBase(remote.ProductBase)), system: $"{Remote.AccessTokenMark}-1");

    private static Task<Remote> StartAsync(string timeout = "00:00:20") => Remote.StartAsync(new()
    {
        Settings = new() { ["Forge:ProductApi:Timeout"] = timeout },
        Map = app => app.MapForgeInvocation("GET", "/call/{method}", async (string method, ConfluenceApi confluence, CancellationToken token) =>
        {
            using var request = new HttpRequestMessage(new(method == "MARKED" ? "POST" : method), "/x");
            if (method == "MARKED")
                request.MarkIdempotent();
            if (method is "POST" or "PUT" or "PATCH")
                request.Content = new StringContent("payload");
            using var response = await confluence.AsApp().SendAsync(request, cancellationToken: token);
            return (int)response.StatusCode;
        }),
    });
}
