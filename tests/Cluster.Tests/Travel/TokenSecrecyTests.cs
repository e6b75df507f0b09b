using System.Text;
using ForgeOrleans.Cluster.Tests.Silos;
using ForgeOrleans.Conformance;
using ForgeOrleans.Installations;
using ForgeOrleans.Invocations;

namespace ForgeOrleans.Cluster.Tests.Travel;

/// <summary>Access tokens go from silo to silo whole, and into no log on their way.</summary>
[Collection(RealTime.Name)]
public sealed class TokenSecrecyTests(LoggedCluster live) : IClassFixture<LoggedCluster>
{
    private const string User = "557058:0a6b";

    private static DateTimeOffset Now => DateTimeOffset.UtcNow;

    [Fact]
    public async Task A_token_travels_between_silos_whole_and_never_into_a_log()
    {
        var (system, user) = (TestTokens.Until(Now.AddHours(1)), TestTokens.Until(Now.AddHours(1)));
        foreach (var silo in live.Cluster.Silos)
        {
            var site = await NewSiteOnAsync(silo);
            foreach (var caller in live.Cluster.Silos.Select(LiveCluster.ActorsOf).Append(live.Actors))
            {
                var installation = caller.Get<IInstallationActor>(site.Id);
                await installation.AdmitAsync(Request(site, system, user));
                (await installation.GetTokenAsync(new(null)))!.Text().ShouldBe(system);
                var token = await installation.GetTokenAsync(new(User));
                token!.Text().ShouldBe(user);
                token!.ExpiresAt.ShouldBeInRange(Now.AddMinutes(58), Now.AddHours(1));
            }
        }

        live.Log.Text.ShouldContain("AdmitAsync", customMessage: "or nothing was logged that could have held a token");
        ShouldNotHold(system, user);
    }

    [Fact]
    public async Task Calls_that_fail_put_no_token_into_a_log()
    {
        var (system, user) = (TestTokens.Until(Now.AddHours(1)), TestTokens.Opaque());
        var site = await NewSiteOnAsync(live.Cluster.Silos[1]);
        var remote = LiveCluster.ActorsOf(live.Cluster.Silos[0]).Get<IInstallationActor>(site.Id);

        live.Storage.Outage = new IOException("The storage is down.");
        await Should.ThrowAsync<ForgeException>(() => remote.AdmitAsync(Request(site, system, user)));
        live.Storage.Outage = null;

        // The first attempt and its repetitions wait for the storage, until the caller gives up.
        var holdup = new TaskCompletionSource();
        live.Storage.Holdup = holdup.Task;
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await Should.ThrowAsync<Exception>(() => remote.AdmitAsync(Request(site, system, user), giveUp.Token));
        live.Storage.Holdup = null;
        holdup.SetResult();

        // A call that nobody may repeat, to a silo that dies.
        var probe = await live.NewProbeOnAsync(live.Cluster.Silos[1]);
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        var calls = Enumerable.Range(0, 20).Select(_ => EchoAsync(probe, system, late.Token)).ToList();
        calls.AddRange(Enumerable.Range(0, 50).Select(_ => EchoAsync(probe, system, default)));
        await live.Cluster.KillSiloAsync(live.Cluster.Silos[1]);
        await Task.WhenAll(calls);
        await live.Cluster.StartAdditionalSiloAsync();

        live.Log.Text.ShouldContain("TimeoutException", customMessage: "or no call that timed out was logged");
        ShouldNotHold(system, user);
    }

    private async Task<Site> NewSiteOnAsync(Orleans.TestingHost.InProcessSiloHandle silo) => new()
    {
        Id = await live.NewOnAsync<IInstallationActor>(silo, "installation", actor => actor.DescribeAsync(DescribeRequest.Instance)),
    };

    // Whether it succeeds is not the question here.
    private async Task EchoAsync(string probe, string token, CancellationToken cancellationToken)
    {
        try
        {
            await live.Actors.Get<IWireProbe>(probe).EchoAsync(new("", AccessToken.Receive(token, Now)), cancellationToken);
        }
        catch (Exception e) when (e is ForgeException or OperationCanceledException)
        {
        }
    }

    private static AdmissionRequest Request(Site site, string system, string user) =>
        new(site.Facts(Now), AccessToken.Receive(system, Now), User, AccessToken.Receive(user, Now));

    private void ShouldNotHold(params string[] tokens)
    {
        var log = live.Log.Text;
        foreach (var token in tokens)
            foreach (var trace in Traces(token))
                log.Contains(trace, StringComparison.Ordinal).ShouldBeFalse("a part of a token is in the log");
    }

    /// <summary>What would show of a token: a piece of its secret end, and that piece in base64, wherever in other bytes it began.</summary>
    private static IEnumerable<string> Traces(string token)
    {
        var secret = token[^24..];
        yield return secret;
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(secret));
        for (var before = 0; before < 3; before++)
            // Without the characters that the bytes before and behind have a part in.
            yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', before) + secret))[4..28];
    }
}
