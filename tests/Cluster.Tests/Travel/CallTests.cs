using System.Text;
using ForgeOrleans.Cluster.Tests.Silos;
using ForgeOrleans.Conformance;
using ForgeOrleans.Documents;
using ForgeOrleans.Hosting;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Cluster.Tests.Travel;

/// <summary>What arrives of a call on another silo, and of its answer.</summary>
public sealed class CallTests(TwoLiveSilos live) : IClassFixture<TwoLiveSilos>
{
    private const string Kind = "wire-probe";

    public static TheoryData<ForgeErrorCode, int?> Failures
    {
        get
        {
            var failures = new TheoryData<ForgeErrorCode, int?>();
            foreach (var code in Enum.GetValues<ForgeErrorCode>())
            {
                failures.Add(code, null);
                failures.Add(code, 1_500);
            }
            return failures;
        }
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task An_expected_failure_arrives_with_its_code_message_and_time_to_wait(ForgeErrorCode code, int? retryAfter)
    {
        var wait = retryAfter is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : (TimeSpan?)null;
        foreach (var probe in await ProbesAsync())
        {
            var failure = await Should.ThrowAsync<ForgeException>(() => probe.FailAsync(new(nameof(ForgeException), "It is as it is: é 🙂", code, wait)));
            failure.Code.ShouldBe(code);
            failure.Message.ShouldBe("It is as it is: é 🙂");
            failure.RetryAfter.ShouldBe(wait);
            failure.ToString().ShouldNotContain("the cause", customMessage: "what led to a failure is for the log of its silo");
        }
    }

    [Theory]
    [InlineData(nameof(StorageUnavailableException))]
    [InlineData(nameof(StaleActivationException))]
    public async Task A_failure_of_a_type_of_its_own_arrives_as_one_with_its_code(string kind)
    {
        foreach (var probe in await ProbesAsync())
        {
            var failure = await Should.ThrowAsync<ForgeException>(() => probe.FailAsync(new(kind, "probe/1")));
            failure.Code.ShouldBe(ForgeErrorCode.Unavailable);
            failure.Message.ShouldContain("probe/1");
        }
    }

    [Fact]
    public async Task Newer_silos_find_the_code_of_a_failure_where_this_version_puts_it()
    {
        var failure = await Should.ThrowAsync<ForgeException>(
            async () => await (await RemoteProbeAsync()).FailAsync(new(nameof(ForgeException), "No.", ForgeErrorCode.Conflict, TimeSpan.FromSeconds(2))));
        failure.InnerException!.Data["forge.code"].ShouldBe(5);
        failure.InnerException.Data["forge.retry-after"].ShouldBe(20_000_000L);
    }

    [Fact]
    public async Task Exceptions_of_the_framework_arrive_as_they_are()
    {
        foreach (var probe in await ProbesAsync())
        {
            (await Should.ThrowAsync<ArgumentException>(() => probe.FailAsync(new(nameof(ArgumentException), "Too many.")))).Message.ShouldBe("Too many.");
            (await Should.ThrowAsync<InvalidOperationException>(() => probe.FailAsync(new("", "Not now.")))).Message.ShouldBe("Not now.");
        }
    }

    [Fact]
    public async Task Who_gives_up_ends_a_turn_on_another_silo()
    {
        var probe = await RemoteProbeAsync();
        var name = Guid.NewGuid().ToString();
        using var giveUp = new CancellationTokenSource();
        var held = probe.HoldAsync(new(name), giveUp.Token);
        (await Places.NextOf(name)).ShouldBe(live.Cluster.Silos[1].SiloAddress.ToString());

        await giveUp.CancelAsync();

        await Places.NextOf(name + "/over");
        await Should.ThrowAsync<OperationCanceledException>(() => held.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_document_of_256_kilobytes_travels_whole()
    {
        var key = await live.NewOnAsync<ISiteStateActor>(live.Cluster.Silos[1], "site-state", site => site.GetAsync(new("a", "b")));
        var json = Encoding.UTF8.GetBytes($"\"{new string('ü', (SiteState.LargestDocument - 2) / 2)}\"");
        json.Length.ShouldBe(SiteState.LargestDocument);
        foreach (var caller in new[] { LiveCluster.ActorsOf(live.Cluster.Silos[0]), live.Actors })
        {
            var site = caller.Get<ISiteStateActor>(key);
            await site.CommitAsync(new([new(new("large", "one"), json, null)]));
            (await site.GetAsync(new("large", "one")))!.Utf8Json.ToArray().ShouldBe(json);
            (await site.ListAsync(new("large", "", null, 10))).Documents.ShouldHaveSingleItem().Utf8Json.Length.ShouldBe(json.Length);
        }
    }

    [Fact]
    public async Task Within_a_silo_messages_and_answers_are_passed_on_as_they_are()
    {
        var silo = live.Cluster.Silos[0];
        var local = LiveCluster.ActorsOf(silo);
        var parcel = new Parcel("as it is", AccessToken.Receive(TestTokens.Opaque(), DateTimeOffset.UtcNow));
        (await local.Get<IWireProbe>(await live.NewProbeOnAsync(silo)).EchoAsync(parcel)).ShouldBeSameAs(parcel);

        var site = new Site { Id = await live.NewOnAsync<IInstallationActor>(silo, "installation", actor => actor.DescribeAsync(DescribeRequest.Instance)) };
        var (facts, token) = (site.Facts(DateTimeOffset.UtcNow), AccessToken.Receive(TestTokens.Opaque(), DateTimeOffset.UtcNow));
        var installation = local.Get<IInstallationActor>(site.Id);
        await installation.AdmitAsync(new(facts, token));
        (await installation.DescribeAsync(DescribeRequest.Instance)).ShouldBeSameAs(facts);
        (await installation.GetTokenAsync(new(null))).ShouldBeSameAs(token);
    }

    [Fact]
    public async Task Between_silos_messages_and_answers_arrive_equal()
    {
        var parcel = new Parcel("as it was", AccessToken.Receive(TestTokens.Opaque(), DateTimeOffset.UtcNow));
        var echo = await (await RemoteProbeAsync()).EchoAsync(parcel);
        ReferenceEquals(echo, parcel).ShouldBeFalse();
        echo.Text.ShouldBe(parcel.Text);
        echo.Token!.Text().ShouldBe(parcel.Token!.Text());
        echo.Token!.ExpiresAt.ToUnixTimeMilliseconds().ShouldBe(parcel.Token!.ExpiresAt.ToUnixTimeMilliseconds());
    }

    // A probe on the second silo, as the first sees it.
    private async Task<IWireProbe> RemoteProbeAsync() =>
        LiveCluster.ActorsOf(live.Cluster.Silos[0]).Get<IWireProbe>(await live.NewProbeOnAsync(live.Cluster.Silos[1]));

    // As seen from another silo, from its own, and from outside.
    private async Task<IWireProbe[]> ProbesAsync()
    {
        var key = await live.NewProbeOnAsync(live.Cluster.Silos[1]);
        live.SiloOf(Kind, key).ShouldBe(live.Cluster.Silos[1].SiloAddress);
        return [.. live.Cluster.Silos.Select(LiveCluster.ActorsOf).Append(live.Actors).Select(actors => actors.Get<IWireProbe>(key))];
    }
}
