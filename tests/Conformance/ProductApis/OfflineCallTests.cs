using System.Net;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;
using ForgeOrleans.ProductApis;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ForgeOrleans.Conformance.ProductApis;

/// <summary>Calls of products as a user who is not in session, from several processes.</summary>
public abstract class OfflineCallTests : ActorTests, IDisposable
{
    private const string User = "557058:0a6b";

    private readonly FakeGateway _platform;
    private readonly Process _process;

    // In a Jira and in a Confluence.
    private readonly Site _site = new();

    protected OfflineCallTests(ActorHost host) : base(host)
    {
        _platform = new(Clock);
        _process = NewProcess();
    }

    public void Dispose()
    {
        _platform.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_platform_is_asked_with_the_apps_token_for_the_product_that_is_called()
    {
        await AdmitAsync(_site, "system");
        (await CalledAsAsync()).ShouldBe($"Bearer offline-{User}-1");
        (await CalledAsAsync(product: "confluence")).ShouldBe($"Bearer offline-{User}-2");
        _platform.Asked.ShouldBe([
            new($"ari:cloud:jira::site/{_site.CloudId}", User, "Bearer system"), new($"ari:cloud:confluence::site/{_site.CloudId}", User, "Bearer system"),
        ]);
    }

    [Fact]
    public async Task Ten_thousand_handlers_at_once_cause_one_request_and_one_call_of_each_actor()
    {
        await AdmitAsync(_site, "system");
        var hold = new TaskCompletionSource<HttpResponseMessage?>();
        _platform.Instead = _ => hold.Task;

        var calls = Enumerable.Range(0, 10_000).Select(_ => Task.Run(() => CalledAsAsync())).ToList();
        await WaitUntilAsync(() => _platform.Asked.Count == 1);
        hold.SetResult(null);
        var bearers = await Task.WhenAll(calls);

        bearers.Distinct().ShouldBe([$"Bearer offline-{User}-1"]);
        _platform.Asked.Count.ShouldBe(1);
        _process.Actors.Asked.ShouldBe(1);
        _process.Actors.Reported.ShouldBe(1);

        // And what is known costs no call at all.
        await CalledAsAsync();
        _process.Actors.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Several_processes_cause_one_request_too()
    {
        await AdmitAsync(_site, "system");
        var hold = new TaskCompletionSource<HttpResponseMessage?>();
        _platform.Instead = _ => hold.Task;
        var processes = Enumerable.Range(0, 4).Select(_ => NewProcess()).ToList();

        var calls = processes.Select(process => Task.Run(() => CalledAsAsync(process: process))).ToList();
        await WaitUntilAsync(() => processes.All(process => process.Actors.Asked > 0));
        hold.SetResult(null);
        var all = Task.WhenAll(calls);
        (await Clock.AdvanceUntilAsync(all, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(10))).Distinct().ShouldBe([$"Bearer offline-{User}-1"]);

        _platform.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_used_until_its_ttl_less_a_margin()
    {
        await AdmitAsync(_site, TestTokens.Until(Now.AddHours(4)));
        _platform.Ttl = 1800;
        await UseForAsync(TimeSpan.FromMinutes(28.5));
        (await CalledAsAsync()).ShouldEndWith("-1");
        (await CalledAsAsync(process: NewProcess())).ShouldEndWith("-1");
        Clock.Advance(TimeSpan.FromMinutes(0.5));
        (await CalledAsAsync()).ShouldEndWith("-2");
    }

    [Theory]
    [InlineData(20, 17.9, 18.1)]
    [InlineData(1_000_000, 239 * 60 - 1, 239 * 60 + 1)]
    public async Task A_short_token_has_a_short_margin_and_none_is_used_for_more_than_four_hours(int ttl, double still, double noMore)
    {
        await AdmitAsync(_site, "system");
        _platform.Ttl = ttl;
        await UseForAsync(TimeSpan.FromSeconds(still));
        await AdmitAsync(_site, TestTokens.Until(Now.AddHours(1)));
        (await CalledAsAsync()).ShouldEndWith("-1");
        Clock.Advance(TimeSpan.FromSeconds(noMore - still));
        (await CalledAsAsync()).ShouldEndWith("-2");
    }

    [Fact]
    public async Task A_token_of_the_session_or_of_the_site_is_better_than_one_that_must_be_asked_for()
    {
        await AdmitAsync(_site, "system");
        (await CalledAsAsync(sent: new(null, "session", Now), principal: User)).ShouldBe("Bearer session");
        (await CalledAsAsync(sent: new(null, "somebody else's", Now), principal: "another")).ShouldBe($"Bearer offline-{User}-1");
        await AdmitUserAsync(_site, "second", "stored");
        (await CalledAsAsync("second")).ShouldBe("Bearer stored");
        _platform.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_apps_token_that_came_with_the_invocation_will_do()
    {
        await CalledAsAsync(sent: new("brought", null, Now));
        _platform.Asked.Single().Bearer.ShouldBe("Bearer brought");
    }

    [Fact]
    public async Task Without_a_token_of_the_app_work_would_wait_for_one_and_the_next_who_has_one_asks()
    {
        await AdmitAsync(_site);
        (await Should.ThrowAsync<TokenUnavailableException>(() => CalledAsAsync())).IsOfApp.ShouldBeTrue();
        _platform.Asked.ShouldBeEmpty();

        await AdmitAsync(_site, "system");
        (await CalledAsAsync(process: NewProcess())).ShouldEndWith("-1");
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_platforms_words_and_remembered_for_a_minute()
    {
        await AdmitAsync(_site, "system");
        _platform.Instead = _ => Task.FromResult<HttpResponseMessage?>(FakeGateway.Refusal("User is\ndeactivated"));
        foreach (var process in new[] { _process, _process, NewProcess() })
        {
            var refusal = await Should.ThrowAsync<OfflineUserException>(() => CalledAsAsync(process: process));
            (refusal.IsPermanent, refusal.Code, refusal.PlatformMessage, refusal.RetryAfter).ShouldBe((true, ForgeErrorCode.Forbidden, "User is deactivated", null));
            refusal.Message.ShouldContain("User is deactivated");
        }
        _platform.Asked.Count.ShouldBe(1);
        _platform.Called.ShouldBeEmpty();

        Clock.Advance(TimeSpan.FromMinutes(1));
        _platform.Instead = _ => Task.FromResult<HttpResponseMessage?>(null);
        (await CalledAsAsync()).ShouldEndWith("-1");
    }

    [Theory]
    [InlineData("500", HttpStatusCode.InternalServerError, "500")]
    [InlineData("{}", HttpStatusCode.Unauthorized, "401")]
    [InlineData("<html>", HttpStatusCode.OK, "JSON")]
    [InlineData("[]", HttpStatusCode.OK, "nothing")]
    [InlineData("""{"errors":[{"message":"Timed out at the gateway"}],"data":null}""", HttpStatusCode.OK, "Timed out at the gateway")]
    [InlineData("""{"data":{"offlineUserAuthToken":{"success":true,"authToken":{"ttl":60}}}}""", HttpStatusCode.OK, "without a token")]
    [InlineData("""{"data":{"offlineUserAuthToken":{"success":true,"authToken":{"token":"a\nb","ttl":60}}}}""", HttpStatusCode.OK, "without a token")]
    public async Task A_failure_passes_and_is_remembered_only_for_seconds(string body, HttpStatusCode status, string says)
    {
        await AdmitAsync(_site, "system");
        _platform.Instead = _ => Task.FromResult<HttpResponseMessage?>(FakeGateway.Json(body, status));
        for (var i = 0; i < 2; i++)
        {
            var failure = await Should.ThrowAsync<OfflineUserException>(() => CalledAsAsync());
            (failure.IsPermanent, failure.Code).ShouldBe((false, ForgeErrorCode.Unavailable));
            failure.Message.ShouldContain(says);
            failure.RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        }
        _platform.Asked.Count.ShouldBe(1);

        Clock.Advance(TimeSpan.FromSeconds(10));
        _platform.Instead = _ => Task.FromResult<HttpResponseMessage?>(null);
        (await CalledAsAsync()).ShouldEndWith("-1");
    }

    [Fact]
    public async Task A_platform_that_does_not_answer_is_waited_for_ten_seconds()
    {
        await AdmitAsync(_site, "system");
        _platform.Instead = _ => new TaskCompletionSource<HttpResponseMessage?>().Task;
        var calling = CalledAsAsync();
        await WaitUntilAsync(() => _platform.Asked.Count == 1);
        Clock.Advance(TimeSpan.FromSeconds(9.9));
        calling.IsCompleted.ShouldBeFalse();
        Clock.Advance(TimeSpan.FromSeconds(0.1));
        (await Should.ThrowAsync<OfflineUserException>(() => calling)).Message.ShouldContain("did not answer");
    }

    [Fact]
    public async Task Nobody_waits_past_its_deadline_and_what_it_began_goes_on_for_the_others()
    {
        await AdmitAsync(_site, "system");
        var hold = new TaskCompletionSource<HttpResponseMessage?>();
        _platform.Instead = _ => hold.Task;
        var first = CalledAsAsync(deadline: TimeSpan.FromSeconds(3));
        var second = CalledAsAsync();
        await WaitUntilAsync(() => _platform.Asked.Count == 1);
        Clock.Advance(TimeSpan.FromSeconds(2));
        (await Should.ThrowAsync<OfflineUserException>(() => first)).Code.ShouldBe(ForgeErrorCode.Unavailable);

        hold.SetResult(null);

        (await second).ShouldEndWith("-1");
        _platform.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_held()
    {
        await AdmitAsync(_site, "system");
        _platform.Instead = _ => new TaskCompletionSource<HttpResponseMessage?>().Task;
        using var end = new CancellationTokenSource();
        var calling = CalledAsAsync(cancellationToken: end.Token);
        await WaitUntilAsync(() => _platform.Asked.Count == 1);
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => calling);
        Clock.Advance(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_429_makes_all_processes_and_sites_of_the_app_wait_as_long_as_it_says()
    {
        var other = new Site { AppId = _site.AppId };
        await AdmitAsync(_site, "system");
        await AdmitAsync(other, "system");
        _platform.Instead = _ => Task.FromResult<HttpResponseMessage?>(TooMany(30));
        (await Should.ThrowAsync<OfflineUserException>(() => CalledAsAsync())).RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        _platform.Instead = _ => Task.FromResult<HttpResponseMessage?>(null);

        foreach (var (process, site) in new[] { (_process, _site), (NewProcess(), _site), (NewProcess(), other) })
            (await Should.ThrowAsync<OfflineUserException>(() => CalledAsAsync(process: process, site: site))).IsPermanent.ShouldBeFalse();
        _platform.Asked.Count.ShouldBe(1);

        // Within its deadline a caller waits.
        Clock.Advance(TimeSpan.FromSeconds(15));
        var calling = CalledAsAsync(site: other);
        await WaitUntilAsync(() => Clock.NextTimers(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(16)));
        Clock.Advance(TimeSpan.FromSeconds(14.9));
        _platform.Asked.Count.ShouldBe(1);
        Clock.Advance(TimeSpan.FromSeconds(1));
        (await calling).ShouldEndWith("-1");
    }

    [Fact]
    public async Task Many_users_from_several_processes_are_never_more_than_a_thousand_in_a_minute()
    {
        await AdmitAsync(_site, "system");
        var processes = new[] { _process, NewProcess(), NewProcess() };
        var refused = 0;
        for (var second = 0; second < 130; second++)
        {
            await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(async () =>
            {
                try
                {
                    await CalledAsAsync($"user-{second}-{i}", process: processes[i % 3], deadline: TimeSpan.FromSeconds(1.15));
                }
                catch (OfflineUserException e) when (e.Code == ForgeErrorCode.Unavailable)
                {
                    Interlocked.Increment(ref refused);
                }
            })));
            Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var times = _platform.Times.Order().ToList();
        times.Max(from => times.Count(time => time >= from && time < from.AddMinutes(1))).ShouldBeInRange(850, 1_000);
        refused.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_process_that_was_held_up_asks_for_a_new_right_instead_of_using_an_old_one()
    {
        await AdmitAsync(_site, "system");
        _process.Actors.AfterAsking = () =>
        {
            _process.Actors.AfterAsking = null;
            Clock.Advance(TimeSpan.FromSeconds(2));
        };
        (await CalledAsAsync()).ShouldEndWith("-1");
        _process.Actors.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_a_product_no_longer_takes_is_replaced()
    {
        await AdmitAsync(_site, "system");
        // Longer than an install is fresh, when a 401 is not believed.
        await UseForAsync(TimeSpan.FromMinutes(20));
        _platform.Product = bearer => bearer.EndsWith("-1", StringComparison.Ordinal) ? HttpStatusCode.Unauthorized : HttpStatusCode.OK;

        (await PatientlyAsync()).ShouldEndWith("-1");
        (await PatientlyAsync()).ShouldEndWith("-2");

        // One that is never taken is not asked for again and again.
        _platform.Product = _ => HttpStatusCode.Unauthorized;
        for (var i = 0; i < 5; i++)
            await PatientlyAsync();
        _platform.Asked.Count.ShouldBe(2);

    }

    [Fact]
    public async Task A_token_that_the_site_has_stored_and_a_product_no_longer_takes_is_replaced()
    {
        await AdmitAsync(_site, "system");
        await UseForAsync(TimeSpan.FromMinutes(20));
        await AdmitUserAsync(_site, "second", "stored");
        _platform.Product = bearer => bearer == "Bearer stored" ? HttpStatusCode.Unauthorized : HttpStatusCode.OK;

        (await PatientlyAsync("second")).ShouldBe("Bearer stored");
        (await PatientlyAsync("second")).ShouldStartWith("Bearer offline-second");
    }

    // Until the site's actor has heard that an install is over, a call tries again for some seconds.
    private Task<string> PatientlyAsync(string accountId = User) => Clock.AdvanceUntilAsync(CalledAsAsync(accountId), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));

    [Fact]
    public async Task An_answer_is_not_lost_where_the_site_s_gate_cannot_be_told_of_it()
    {
        await AdmitAsync(_site, "system");
        _process.Gates.IsDeaf = true;
        _platform.Product = _ => _platform.Called.Count == 1 ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK;

        (await CalledAsAsync()).ShouldEndWith("-1");

        // What it said goes along with the next request.
        _process.Gates.Heard.ShouldHaveSingleItem().Refusal.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_permit_for_a_call_that_a_broken_circuit_does_not_send_is_given_back()
    {
        await AdmitAsync(_site, "system");
        _platform.Product = _ => HttpStatusCode.ServiceUnavailable;
        var jira = Products(_process, _site).For("jira").AsUser(User);
        for (var i = 0; i < 9; i++)
            (await jira.PostAsJsonAsync("/rest/api/3/issue", i)).Dispose();
        _process.Gates.Returned.ShouldBeEmpty();

        await Should.ThrowAsync<ProductUnavailableException>(() => jira.PostAsJsonAsync("/rest/api/3/issue", 9));

        _platform.Called.Count.ShouldBe(9);
        _process.Gates.Returned.ShouldHaveSingleItem().Call.Endpoint.ShouldBe("POST /rest/api/3/issue");
    }

    [Fact]
    public async Task A_product_that_the_app_is_not_installed_in_is_an_error_that_says_so()
    {
        await AdmitAsync(_site, "system");
        var missing = Should.Throw<ProductNotInstalledException>(() => new BitbucketApi(Products(_process, _site)).AsUser(User));
        (missing.Code, missing.Message).ShouldBe((ForgeErrorCode.NotFound, "This site has no bitbucket: the app is installed in jira, confluence."));
    }

    [Fact]
    public async Task Where_the_platform_has_no_such_tokens_that_is_said()
    {
        var site = new Site { WorkspaceId = "w1" };
        await AdmitAsync(site, "system");
        var bitbucket = new BitbucketApi(Products(_process, site)).AsUser(User);
        (await Should.ThrowAsync<OfflineUserException>(() => bitbucket.GetAsync("/2.0/user"))).Message.ShouldContain("bitbucket");
        var gateway = new GraphQlApi(Products(_process, site)).AsUser(User);
        (await Should.ThrowAsync<OfflineUserException>(() => gateway.GetAsync("/graphql"))).Message.ShouldContain("several products");
        _platform.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nb")]
    [InlineData("\"}]")]
    public async Task What_is_no_account_id_is_sent_nowhere(string accountId)
    {
        await AdmitAsync(_site, "system");
        (await Should.ThrowAsync<OfflineUserException>(() => CalledAsAsync(accountId))).Code.ShouldBe(ForgeErrorCode.InvalidRequest);
        _platform.Asked.ShouldBeEmpty();
    }

    private static HttpResponseMessage TooMany(int seconds) => new(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(seconds)) } };

    /// <summary>Calls a product and returns with which token it was called.</summary>
    private async Task<string> CalledAsAsync(
        string accountId = User, string product = "jira", Process? process = null, Site? site = null, InvocationTokens sent = default,
        string? principal = null, TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        var products = Products(process ?? _process, site ?? _site, sent: sent, principal: principal, deadline: deadline);
        using var response = await products.For(product).AsUser(accountId).GetAsync("/rest/api/3/myself", cancellationToken)
            // A call that waits for the test's clock, which stands still, must not hold up the suite.
            .WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        return response.Headers.GetValues(FakeGateway.CalledWith).Single();
    }

    // An actor that nobody asks for minutes goes away, and what it knows with it.
    private async Task UseForAsync(TimeSpan time)
    {
        await CalledAsAsync();
        for (var until = Now + time; Now < until;)
        {
            var left = until - Now;
            Clock.Advance(left < TimeSpan.FromMinutes(2) ? left : TimeSpan.FromMinutes(2));
            await CalledAsAsync();
        }
    }

    private ForgeProducts Products(
        Process process, Site site, InvocationTokens sent = default, string? principal = null, TimeSpan? deadline = null)
    {
        var scope = new HandlerScope();
        var invocation = site.Invocation(Now, principal);
        var jira = new ProductContext("jira", $"https://api.atlassian.com/ex/jira/{site.CloudId}", site.CloudId, null);
        scope.Bind(
            invocation with { Installation = invocation.Installation with { Contexts = [jira, .. invocation.Installation.Contexts] } },
            sent, Now + (deadline ?? TimeSpan.FromSeconds(24)));
        return new(scope, process.Actors, process.Sender, process.Tokens, process.Options, Clock);
    }

    private Process NewProcess() => new(new(Host.Actors), new(_platform), Clock);

    private static async Task WaitUntilAsync(Func<bool> isSo)
    {
        for (var i = 0; i < 1_000 && !isSo(); i++)
            await Task.Delay(10);
        isSo().ShouldBeTrue();
    }

    /// <summary>What every process has one of. All is made at once: handlers that came at the same time would each make their own.</summary>
    private sealed class Process
    {
        public Process(WatchedActors actors, ProductTransport transport, TimeProvider clock)
        {
            Actors = actors;
            Sender = Gates.Sender(transport, actors, Options, clock);
            Tokens = new(actors, new(transport, Options, clock), clock, NullLogger<OfflineUserTokens>.Instance);
        }

        public WatchedActors Actors { get; }

        public OpenGates Gates { get; } = new();

        public ProductSender Sender { get; }

        public IOptions<ProductApiOptions> Options { get; } = Microsoft.Extensions.Options.Options.Create(new ProductApiOptions());

        public OfflineUserTokens Tokens { get; }
    }

    /// <summary>Counts what a process asks the actors of its sites.</summary>
    private sealed class WatchedActors(IActors actors) : IActors
    {
        private int _asked;
        private int _reported;

        public int Asked => Volatile.Read(ref _asked);

        public int Reported => Volatile.Read(ref _reported);

        public Action? AfterAsking { get; set; }

        public TActor Get<TActor>(string key) where TActor : class =>
            actors.Get<TActor>(key) is IOfflineUsers users && typeof(TActor) == typeof(IOfflineUsers) ? (TActor)(object)new Watched(users, this) : actors.Get<TActor>(key);

        private sealed class Watched(IOfflineUsers users, WatchedActors watch) : IOfflineUsers
        {
            public async Task<OfflineTokenAnswer> AskAsync(OfflineTokenRequest request, CancellationToken cancellationToken = default)
            {
                Interlocked.Increment(ref watch._asked);
                var answer = await users.AskAsync(request, cancellationToken);
                watch.AfterAsking?.Invoke();
                return answer;
            }

            public Task ReportAsync(OfflineTokenReport report, CancellationToken cancellationToken = default)
            {
                Interlocked.Increment(ref watch._reported);
                return users.ReportAsync(report, cancellationToken);
            }

            public Task EraseAsync(OfflineTokenErasure erasure, CancellationToken cancellationToken = default) => users.EraseAsync(erasure, cancellationToken);
        }
    }
}
